import type { Differentiable, DifferentiablePart } from './differentiable.ts';

/** The slope of a number along a direction, from both sides. */
export interface Slopes {
  readonly central: number;
  /** Towards smaller and larger values: they differ where there is a kink between. */
  readonly below: number;
  readonly above: number;
}

/**
 * The difference quotients of a number along a direction in one of the arrays that it depends on. The values are as before afterwards.
 *
 *   central = (f(v + h d) - f(v - h d)) / 2h
 *
 * @param direction as long as the values
 * @param h the length of the step, in units of the direction
 */
export function differenceQuotient(
  of: Pick<Differentiable, 'value'>,
  { values }: DifferentiablePart,
  direction: (i: number) => number,
  h: number,
): Slopes {
  const kept = values.slice();
  const at = (step: number) => {
    for (let i = 0; i < values.length; i++) values[i] = kept[i] + step * direction(i);
    return of.value();
  };
  const [above, here, below] = [at(h), at(0), at(-h)];
  values.set(kept);
  return { central: (above - below) / (2 * h), above: (above - here) / h, below: (here - below) / h };
}

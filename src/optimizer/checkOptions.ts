import { OptionError } from '../errors.ts';
import { nearMisses } from '../source/nearMisses.ts';
import type { Json } from '../types.ts';

/** What an option of an optimizer may be. */
export interface OptionBounds {
  /** In words, for the error. */
  readonly expected: string;
  holds(value: number): boolean;
}

/** Above zero and finite, as a learning rate. */
export const positive: OptionBounds = {
  expected: 'a finite number above 0',
  holds: (value) => value > 0 && value < Infinity,
};

/** In `[0, 1)`, as the memory of a running mean. */
export const fraction: OptionBounds = { expected: 'a number in [0, 1)', holds: (value) => value >= 0 && value < 1 };

/**
 * Checks numeric options by name.
 *
 * @throws OptionError where an option is unknown, not a number or out of bounds
 */
export function checkOptions<Name extends string>(
  owner: string,
  options: { readonly [key: string]: Json },
  bounds: Readonly<Record<Name, OptionBounds>>,
): asserts options is Readonly<Record<Name, number>> {
  const names = Object.keys(bounds);
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(bounds, name)) {
      const meant = nearMisses(name, names);
      throw new OptionError({
        where: owner,
        expected: `options among ${names.join(', ')}`,
        received: name,
        hint: meant.length > 0 ? `Perhaps ${meant.join(' or ')} was meant` : undefined,
      });
    }
    const { expected, holds } = bounds[name as Name];
    if (typeof value !== 'number' || !holds(value)) {
      throw new OptionError({ where: `${owner}: ${name}`, expected, received: String(JSON.stringify(value) ?? value) });
    }
  }
  for (const name of names) {
    if (!Object.hasOwn(options, name)) {
      const { expected } = bounds[name as Name];
      throw new OptionError({ where: `${owner}: ${name}`, expected, received: 'nothing' });
    }
  }
}

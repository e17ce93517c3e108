import { isBuiltIn } from '../../builtIn.ts';
import { normal, randomSequence } from '../../engine/random.ts';
import type { Vector } from '../../engine/types.ts';
import { NumericError } from '../../errors.ts';
import { digits } from '../../format/figures.ts';
import type { Loss } from '../../loss/loss.ts';
import type { Network } from '../../network/network.ts';
import type { Forwarded } from '../types.ts';
import { differenceQuotient } from './differenceQuotient.ts';
import type { Differentiable, DifferentiablePart } from './differentiable.ts';
import { layerDifferentiable } from './layerDifferentiable.ts';
import { lossDifferentiable } from './lossDifferentiable.ts';

/** Rows that tell of a derivative. */
const LAYER_ROWS = 4;
const LOSS_ROWS = 16;
/** Of the slope: a mistake of less is for `checkGradient` to find. */
const TOLERANCE = 0.01;
/** Steps of the difference quotient, in the size of the values: exact, and large enough for what computes in float32 of its own. */
const STEPS = [1e-5, 1e-3, 1e-2];
/** Two slopes that differ may be alike along one of them. */
const DIRECTIONS = [0, 1, 2];
/** How far from the rows that there are, in their size, so that no number lies on a kink, as zeros do on that of a ReLU. */
const ASIDE = 0.01;

/** What was looked at once is not looked at again: neither changes. */
const looked = new WeakSet<Network | Loss>();

/**
 * Holds the layers of a network that are not Millrace's own to the difference quotient, the first time it is asked to: on the rows of the
 * last forward pass and the parameters as they are, along random directions, in float64. What cannot be tried there is passed over.
 *
 * @throws NumericError where the pullback of a layer is not the derivative of its forward pass
 */
export function assertLayerDerivatives(network: Network, n: number): void {
  if (n === 0 || looked.has(network)) return;
  looked.add(network);
  const { declared, layers, places, parameters } = network;
  const embeddings = layers.length - declared.length;
  const given = network.activations();
  const rows = Math.min(n, LAYER_ROWS);
  for (const [i, layer] of declared.entries()) {
    if (isBuiltIn(layer) || layer.surrogateGradient) continue;
    const { name, inputs: width } = layers[embeddings + i];
    const own = places.filter((place) => place.name.startsWith(`${name}.`));
    const random = randomSequence(7, 'data', i);
    const at = (aside: number) => {
      const x = moved(given[i].values.subarray(0, rows * width), aside);
      const following = declared.slice(i + 1);
      const value = (parameter: number, k: number) => parameters[own[parameter].offset + k];
      return layerDifferentiable({ layer, following, x, rows, width, value, weight: (k) => normal(random, k) });
    };
    const wrong = findWrong(at);
    if (wrong)
      throw failure(`layer ${name}`, 'a pullback that is the derivative of its forward pass', wrong, SURROGATE);
  }
}

/**
 * The same for a loss that is not Millrace's own.
 *
 * @throws NumericError where its gradient is not the derivative of its value
 */
export function assertLossDerivative(loss: Loss, { output, y, n, outputs, weights }: Forwarded): void {
  if (isBuiltIn(loss) || n === 0 || looked.has(loss)) return;
  looked.add(loss);
  const rows = Math.min(n, LOSS_ROWS);
  const at = (aside: number) =>
    lossDifferentiable({
      loss,
      output: moved(output.subarray(0, rows * outputs), aside),
      y: y.subarray(0, (y.length / n) * rows),
      rows,
      outputs,
      ...(weights && { weights: weights.subarray(0, rows) }),
    });
  const wrong = findWrong(at);
  if (wrong) throw failure(`loss ${loss.name}`, 'a gradient that is the derivative of its value', wrong);
}

interface WrongSlope {
  readonly part: string;
  /** Along a direction: as the gradient says, and as the difference quotient does. */
  readonly given: number;
  readonly measured: number;
}

/** A part whose gradient is off, beside the rows that there are and on them, at every step along some direction. */
function findWrong(at: (aside: number) => Differentiable): WrongSlope | undefined {
  try {
    const points = [at(ASIDE), at(0)];
    for (const of of points) of.differentiate();
    // Chance of its own, or something that it remembers: no difference tells of a derivative.
    const [once, again] = [0, 1].map(() => points.map((of) => of.value()));
    if (`${once}` !== `${again}`) return undefined;
    const [{ parts }] = points;
    for (const [i, { name }] of parts.entries()) {
      const found = points.map((of) => slopeThatIsOff(of, of.parts[i], name));
      if (found.every((off) => off !== undefined)) return found[0];
    }
  } catch {
    // It does not work in this engine, or not on these rows: nothing is known of it.
  }
  return undefined;
}

function slopeThatIsOff(of: Differentiable, part: DifferentiablePart, name: string): WrongSlope | undefined {
  const gradient = part.gradient();
  if (!gradient) return { part: name, given: Number.NaN, measured: Number.NaN };
  let off: WrongSlope | undefined;
  for (const step of STEPS) {
    const wrong = DIRECTIONS.map((k) => compareAlong(of, part, gradient, k, step)).find((each) => each !== undefined);
    if (wrong === undefined) return undefined;
    off ??= { part: name, ...wrong };
  }
  return off;
}

/** The slopes along a random direction, where they differ; where the difference quotient is not finite it tells nothing. */
function compareAlong(
  of: Differentiable,
  part: DifferentiablePart,
  gradient: Vector,
  direction: number,
  step: number,
): Omit<WrongSlope, 'part'> | undefined {
  const random = randomSequence(7, 'data', direction, 1);
  const size = sizeOf(part.values) || 1;
  const along = (i: number) => size * normal(random, i);
  const { central: measured, above, below } = differenceQuotient(of, part, along, step);
  if (!Number.isFinite(measured)) return undefined;
  let given = 0;
  for (let i = 0; i < part.values.length; i++) given += gradient[i] * along(i);
  // Below it the difference quotient is made of rounding.
  const floor = (1e-12 * Math.max(1, Math.abs(of.value()))) / step;
  const slack = floor + TOLERANCE * Math.max(Math.abs(given), Math.abs(measured));
  const isRight =
    given >= Math.min(measured, above, below) - slack && given <= Math.max(measured, above, below) + slack;
  return isRight ? undefined : { given, measured };
}

function moved(values: Vector, aside: number): Float64Array {
  const random = randomSequence(7, 'data', 2);
  const size = sizeOf(values) || 1;
  return Float64Array.from(values, (value, i) => value + aside * size * normal(random, i));
}

/** Their root mean square. */
function sizeOf(values: Vector): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] * values[i];
  return values.length > 0 ? Math.sqrt(sum / values.length) : 0;
}

const SURROGATE = '; where it is meant to differ, declare surrogateGradient: true on the layer';

function failure(where: string, expected: string, { part, given, measured }: WrongSlope, or = ''): NumericError {
  const shown = (value: number) => digits(value, 4);
  return new NumericError({
    where,
    expected,
    received: Number.isNaN(given)
      ? `none for ${part}, or one that is not a number`
      : `a slope of ${shown(given)} for ${part} along a random direction, where the difference quotient is ${shown(measured)}`,
    hint: `Mend it: checkGradient() shows which numbers are off${or}`,
  });
}

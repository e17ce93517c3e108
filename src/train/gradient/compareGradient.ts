import { normal, randomSequence } from '../../engine/random.ts';
import { differenceQuotient, type Slopes } from './differenceQuotient.ts';
import type { Differentiable, DifferentiablePart } from './differentiable.ts';

/** How far one gradient is from the derivative. */
export interface GradientPart {
  /** `input`, `output`, or a parameter's name. */
  readonly name: string;
  /** Numbers that were compared. */
  readonly compared: number;
  /** The largest difference, relative to the larger of 1 and the difference quotient; infinite where a gradient is missing or not finite. */
  readonly error: number;
  /** Where the largest difference is: an index for each dimension. */
  readonly at: readonly number[];
  /** The gradient and the difference quotient there. */
  readonly gradient: number;
  readonly expected: number;
  /** Gradient over difference quotient, where that is the same for all numbers and not 1: a factor that is missing or too much. */
  readonly factor?: number;
}

/** Steps of the difference quotient: as exact as float64 gives it, and as an arithmetic of float32 lets it be. */
const FINE = 1e-5;
const COARSE = 1e-2;
/** So small a step only float64 tells from none. */
const TINY = 1e-9;
/** Of more numbers these are compared, spread evenly. */
const MOST = 500;
const SAME_FACTOR = 1e-4;
/** What difference quotients of float32 are exact to. */
export const COARSE_TOLERANCE = 1e-2;

/** Whether the number is computed in float32, although all arrays are of float64: its difference quotients then tell less. */
export function isCoarse(of: Differentiable): boolean {
  const random = randomSequence(7, 'data', 1);
  return of.parts.some((part) => {
    const along = (h: number) => differenceQuotient(of, part, (i) => normal(random, i), h).central;
    const [tiny, fine, coarse] = [TINY, FINE, COARSE].map(along);
    const scale = Math.max(Math.abs(coarse), Math.abs(fine));
    return Math.abs(tiny - fine) > 1e-3 * scale && Math.abs(tiny - fine) > 1e-6;
  });
}

/** Compares each number of a gradient, at most 500 of them, with its difference quotient. */
export function compareGradient(of: Differentiable, part: DifferentiablePart, coarse: boolean): GradientPart {
  const gradient = part.gradient()?.slice();
  const { name, shape, values } = part;
  const every = Math.max(1, values.length / MOST);
  const compared = Math.min(values.length, MOST);
  let worst: GradientPart = { name, compared, error: 0, at: [], gradient: 0, expected: 0 };
  const factors: number[] = [];
  for (let k = 0; k < compared; k++) {
    const i = Math.floor(k * every);
    const slopes = differenceQuotient(of, part, (j) => (j === i ? 1 : 0), coarse ? COARSE : FINE);
    const given = gradient?.[i] ?? Number.NaN;
    const { central: expected } = slopes;
    const error = errorOf(given, slopes, coarse ? COARSE_TOLERANCE : 1e-4);
    if (Math.abs(expected) > 1e-3) factors.push(given / expected);
    if (!(error <= worst.error))
      worst = {
        ...worst,
        error: Number.isNaN(error) ? Infinity : error,
        at: indexOf(i, shape),
        gradient: given,
        expected,
      };
  }
  const [factor] = factors;
  const isFactor =
    factors.length > 1 && factors.every((other) => Math.abs(other - factor) <= SAME_FACTOR * Math.abs(factor));
  return isFactor ? { ...worst, factor } : worst;
}

/** Nothing where the values lie beside a kink and the gradient is between the slopes of its two sides. */
function errorOf(given: number, { central, above, below }: Slopes, kink: number): number {
  const isKink = Math.abs(above - below) > kink * Math.max(1, Math.abs(central));
  if (isKink && given >= Math.min(above, below) - kink && given <= Math.max(above, below) + kink) return 0;
  return Math.abs(given - central) / Math.max(1, Math.abs(central));
}

function indexOf(i: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  for (const size of shape.toReversed()) {
    index.unshift(i % size);
    i = Math.floor(i / size);
  }
  return index;
}

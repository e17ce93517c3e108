import { OptionError } from '../errors.ts';
import { type ModelGradient, ROWS } from '../model/openGradient.ts';

/** Parts that the way is cut into at first, and by how many cuts each is cut again. */
const PARTS = 16;
const CUTS = 3;
/** Points of a way, at most: a network of a thousand bends takes some ten thousand. */
const POINTS = 1 << 16;
/** How close to a bend a part is cut, relative to its length. */
const NEAR = 1e-8;

/** A point of the way. */
interface Point {
  /** Where it lies, from 0 to 1. */
  readonly at: number;
  readonly value: number;
  /** By each column of x, times how far the way goes in it. */
  readonly slopes: Float64Array;
  /** All of them together: the slope along the way. */
  readonly slope: number;
}

/** A part of the way. */
interface Part {
  readonly from: Point;
  readonly to: Point;
}

/**
 * The effects of x against b. A part of the way is done with where the slopes are the same at both ends and explain the difference, or bend so evenly
 * that Simpson's rule holds; else it is cut in the middle and on both sides of the place where the lines from its ends meet, which is the place of
 * the bend where there is one alone.
 *
 * @throws OptionError where the tolerance is not reached
 */
export function pathEffects(
  gradient: ModelGradient,
  b: Float64Array,
  x: Float64Array,
  k: number,
  tolerance: number,
): Float64Array {
  const { width } = gradient;
  const effects = new Float64Array(width);
  const step = x.map((value, i) => value - b[i]);
  const points = (places: readonly number[]) => pointsAt(gradient, b, step, k, places);
  const first = points(Array.from({ length: PARTS + 1 }, (_, i) => i / PARTS));
  const tolerated = tolerance * Math.max(1, Math.abs(first[PARTS].value - first[0].value));
  let parts: readonly Part[] = first.slice(1).map((to, i) => ({ from: first[i], to }));
  for (let asked = 0; parts.length > 0; ) {
    const open = parts.filter(({ from, to }) => {
      const length = to.at - from.at;
      const ofFrom = length * shareOfFrom(from, to);
      const isDone = isSmall(tolerated, from, to, (i) => length * (to.slopes[i] - from.slopes[i]), ofFrom);
      if (isDone) {
        for (let i = 0; i < width; i++) effects[i] += ofFrom * from.slopes[i] + (length - ofFrom) * to.slopes[i];
      }
      return !isDone;
    });
    asked += CUTS * open.length;
    if (asked > POINTS) throw notReached(tolerance);
    const inner = points(open.flatMap(cutsOf));
    parts = open.flatMap(({ from, to }, p) => {
      const [middle, ...rest] = inner.slice(CUTS * p, CUTS * (p + 1));
      const length = to.at - from.at;
      const uneven = (i: number) => length * (middle.slopes[i] - (from.slopes[i] + to.slopes[i]) / 2);
      if (isSmall(tolerated, from, to, uneven, length / 6, middle)) {
        for (let i = 0; i < width; i++) {
          effects[i] += (length / 6) * (from.slopes[i] + 4 * middle.slopes[i] + to.slopes[i]);
        }
        return [];
      }
      const places = [from, ...[middle, ...rest].sort((a, b) => a.at - b.at), to];
      return places.slice(1).map((to, i) => ({ from: places[i], to }));
    });
  }
  return effects;
}

function notReached(tolerance: number): OptionError {
  return new OptionError({
    where: 'integratedGradients: tolerance',
    expected: `one that 65,536 points between two rows reach`,
    received: `${tolerance}`,
    hint: 'Give a greater one',
  });
}

/** The share of a part for which the slopes at its beginning stand, so that those of both ends make up the difference: where two lines meet. */
function shareOfFrom(from: Point, to: Point): number {
  const share = ((to.value - from.value) / (to.at - from.at) - to.slope) / (from.slope - to.slope);
  return Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0.5;
}

/** Where a part is cut: in its middle first, and close to the bend, so that what is left around it is next to nothing. */
function cutsOf({ from, to }: Part): readonly number[] {
  const share = shareOfFrom(from, to);
  const cuts = share > 2 * NEAR && share < 1 - 2 * NEAR ? [0.5, share - NEAR, share + NEAR] : [0.5, 0.25, 0.75];
  return cuts.map((cut) => from.at + cut * (to.at - from.at));
}

/**
 * Whether the effects of a part are right enough: what the slopes may be off by, and what they leave of the difference. Parts that are next to
 * nothing have a share of the tolerance as if they were longer.
 *
 * @param ofFrom for how much of the part the slopes at its beginning stand; with a middle, those at its end, too
 */
function isSmall(
  tolerated: number,
  from: Point,
  to: Point,
  offOf: (i: number) => number,
  ofFrom: number,
  middle?: Point,
): boolean {
  const length = to.at - from.at;
  const explained = middle
    ? ofFrom * (from.slope + 4 * middle.slope + to.slope)
    : ofFrom * from.slope + (length - ofFrom) * to.slope;
  let off = Math.abs(to.value - from.value - explained);
  for (let i = 0; i < from.slopes.length; i++) off += Math.abs(offOf(i));
  return off <= tolerated * Math.max(length, 1e-3);
}

/** Points of the way, asked for as many at a time as there is memory for. */
function pointsAt(
  gradient: ModelGradient,
  b: Float64Array,
  step: Float64Array,
  k: number,
  places: readonly number[],
): Point[] {
  const { width, outputs } = gradient;
  const found: Point[] = [];
  for (let begin = 0; begin < places.length; begin += ROWS) {
    const chunk = places.slice(begin, begin + ROWS);
    const x = new Float64Array(chunk.length * width);
    for (const [p, at] of chunk.entries()) for (let i = 0; i < width; i++) x[p * width + i] = b[i] + at * step[i];
    const { values, slopes } = gradient.gradientAt(x, chunk.length, k);
    for (const [p, at] of chunk.entries()) {
      const own = slopes.subarray(p * width, (p + 1) * width).map((slope, i) => slope * step[i]);
      found.push({ at, value: values[p * outputs + k], slopes: own, slope: own.reduce((sum, each) => sum + each, 0) });
    }
  }
  return found;
}

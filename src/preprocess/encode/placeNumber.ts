import type { FittedNumeric } from '../fit/fitted.ts';

/**
 * Writes what a number becomes into the words from `at` on, which are 0.
 * @returns false where float32 cannot hold it, or it is infinite
 */
export type PlaceNumber = (value: number, floats: Float32Array, at: number) => boolean;

const FLOAT32_MAX = 3.4028234663852886e38;

/** Clipping takes what lies further out for this: nothing is left of the difference, and no square is infinite. */
const FAR = 1e9;

/** How a fitted feature places numbers, missing ones replaced. */
export function placeNumber({ shift, scale, clip, edges }: FittedNumeric): PlaceNumber {
  if (edges) return placeInBins(edges);
  return (value, floats, at) => {
    const x = (value - shift) / scale;
    floats[at] = clip ? smoothClip(x) : x;
    return Math.abs(x) <= FLOAT32_MAX;
  };
}

function smoothClip(x: number): number {
  const near = Math.min(Math.max(x, -FAR), FAR);
  return near / Math.sqrt(1 + (near / 3) ** 2);
}

function placeInBins(edges: readonly number[]): PlaceNumber {
  const ends = Float64Array.from(edges);
  const last = ends.length - 2;
  return (value, floats, at) => {
    // The bin that holds it: the last one that does not begin after it.
    let bin = 0;
    for (let high = last; bin < high; ) {
      const middle = (bin + high + 1) >> 1;
      if (ends[middle] <= value) bin = middle;
      else high = middle - 1;
    }
    for (let t = 0; t < bin; t++) floats[at + t] = 1;
    const come = (value - ends[bin]) / (ends[bin + 1] - ends[bin]);
    floats[at + bin] = Math.min(Math.max(come, 0), 1);
    return Number.isFinite(value);
  };
}

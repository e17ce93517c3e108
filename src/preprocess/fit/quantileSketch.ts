/** Quantiles of numbers that come in parts, in memory that hardly grows with them. */
export interface QuantileSketch {
  /** Numbers so far. */
  readonly count: number;
  /**
   * Takes in a part; NaN is left out.
   * @param rows the places of its values, ascending
   * @default all values
   */
  add(values: Float64Array, rows?: Uint32Array): void;
  /** A number that about `share` of all are below; of a few numbers the nearest, none between two. NaN where there is none. */
  quantiles(shares: readonly number[]): number[];
}

/** Numbers in a buffer. */
const SIZE = 8192;

/**
 * Buffers of sorted numbers: one of level h stands for 2^h times as many. Two of a level are merged, and every other number, the
 * even and the odd ones in turns, goes a level up.
 *
 * A merge moves a rank by at most 2^h, so that all of n numbers are off by at most n / 8192 for each level above the first: 0.1 %
 * of three million, and a tenth of that as a rule, as merges err to both sides. Up to 8192 numbers are kept as they are. The
 * same numbers in the same order give the same quantiles.
 *
 * @see Manku, Rajagopalan and Lindsay 1998, Approximate medians and other quantiles in one pass and with limited memory
 */
export function createQuantileSketch(): QuantileSketch {
  let newest = new Float64Array(1024);
  let filled = 0;
  let count = 0;
  /** By level: none, or a full buffer. */
  const levels: (Float64Array | undefined)[] = [];
  /** By level: whether the odd ones go up next. */
  const odd: boolean[] = [];

  function rise(): void {
    let full = newest.toSorted();
    for (let h = 0; ; h++) {
      const below = levels[h];
      if (below === undefined) {
        levels[h] = full;
        return;
      }
      levels[h] = undefined;
      full = everyOther(below, full, odd[h] === true);
      odd[h] = !odd[h];
    }
  }

  function push(value: number): void {
    if (Number.isNaN(value)) return;
    if (filled === newest.length) {
      if (filled === SIZE) {
        rise();
        filled = 0;
      } else {
        const larger = new Float64Array(2 * filled);
        larger.set(newest);
        newest = larger;
      }
    }
    newest[filled++] = value;
    count++;
  }

  return {
    get count() {
      return count;
    },
    add(values, rows) {
      if (rows) for (const row of rows) push(values[row]);
      else for (let i = 0; i < values.length; i++) push(values[i]);
    },
    quantiles(shares) {
      const parts = [
        { numbers: newest.subarray(0, filled).toSorted(), weight: 1 },
        ...levels.flatMap((numbers, h) => (numbers ? [{ numbers, weight: 2 ** h }] : [])),
      ];
      return quantilesOf(parts, count, shares);
    },
  };
}

/** Two sorted buffers as one sorted buffer of every other number. */
function everyOther(a: Float64Array, b: Float64Array, odd: boolean): Float64Array<ArrayBuffer> {
  const out = new Float64Array(SIZE);
  for (let i = 0, j = 0, at = 0; at < 2 * SIZE; at++) {
    const value = j === SIZE || (i < SIZE && a[i] <= b[j]) ? a[i++] : b[j++];
    if ((at & 1) === (odd ? 1 : 0)) out[at >> 1] = value;
  }
  return out;
}

interface Part {
  readonly numbers: Float64Array;
  /** Numbers that each stands for. */
  readonly weight: number;
}

function quantilesOf(parts: readonly Part[], count: number, shares: readonly number[]): number[] {
  if (count === 0) return shares.map(() => Number.NaN);
  const values = Float64Array.from(parts.flatMap(({ numbers }) => [...numbers]));
  const weights = Float64Array.from(parts.flatMap(({ numbers, weight }) => Array<number>(numbers.length).fill(weight)));
  const order = Uint32Array.from(values, (_, i) => i).sort((i, j) => values[i] - values[j] || i - j);
  const ranks = new Float64Array(order.length);
  let rank = 0;
  for (let at = 0; at < order.length; at++) {
    rank += weights[order[at]];
    ranks[at] = rank;
  }
  return shares.map((share) => {
    const wanted = share * (rank - 1);
    // The first number up to which more than `wanted` are: there are few enough shares to look for each.
    let low = 0;
    for (let high = order.length - 1; low < high; ) {
      const middle = (low + high) >> 1;
      if (ranks[middle] > wanted) high = middle;
      else low = middle + 1;
    }
    return values[order[low]];
  });
}

import type { MiniBatch } from '../../batch/types.ts';
import type { RowLayout } from '../../preprocess/types.ts';
import type { BlockMeans } from './orderedStream.ts';

/** What has been seen of the order of a stream; plain JSON. */
export interface StreamOrderState {
  readonly blocks: number;
  readonly blockRows: number;
  /** Rows of the block that is not full, and their sums. */
  readonly rows: number;
  readonly sums: readonly number[];
  readonly squares: readonly number[];
  /** Over the full blocks: mean and summed squares about it of their means, and summed variance within them. */
  readonly means: readonly number[];
  readonly deviations: readonly number[];
  readonly within: readonly number[];
}

/** Follows the means of blocks of rows as they are trained on. */
export interface StreamOrder {
  /**
   * Called with every mini-batch: a block is rows that come one after another. Looks at some of them.
   *
   * @param begins whether a block may begin here; between blocks nothing is looked at, which costs nothing
   */
  look(batch: Pick<MiniBatch, 'x' | 'y' | 'n'>, begins: boolean): void;
  columns(): readonly BlockMeans[];
  /** Full blocks so far. */
  readonly blocks: number;
  /** Their mean number of rows. */
  readonly rows: number;
  snapshot(): StreamOrderState;
  restore(state: StreamOrderState): void;
}

/** Rows of a block at least: mini-batches of fewer are put together. */
const BLOCK_ROWS = 64;
/** Rows of a mini-batch and columns of x that are looked at: more would cost a step time and tell little. */
const LOOKED_ROWS = 64;
const LOOKED_COLUMNS = 32;

/** @param layout names the features; without, only the label is looked at */
export function createStreamOrder(layout: RowLayout | undefined): StreamOrder {
  const { names, columns } = lookedColumns(layout);
  const width = layout?.width ?? 0;
  const size = columns.length + 1;
  const make = () => new Float64Array(size);
  const [sums, squares, means, deviations, within] = [make(), make(), make(), make(), make()];
  let rows = 0;
  let blocks = 0;
  let blockRows = 0;

  /** Welford's update with the mean of the block. */
  function closeBlock(): void {
    blocks++;
    blockRows += rows;
    for (let k = 0; k < size; k++) {
      const mean = sums[k] / rows;
      within[k] += Math.max(0, squares[k] - sums[k] * mean) / (rows - 1);
      const difference = mean - means[k];
      means[k] += difference / blocks;
      deviations[k] += difference * (mean - means[k]);
    }
    sums.fill(0);
    squares.fill(0);
    rows = 0;
  }

  return {
    look({ x, y, n }, begins) {
      if (rows === 0 && !begins) return;
      const looked = Math.min(n, LOOKED_ROWS);
      const last = size - 1;
      for (let i = 0, row = 0; i < looked; i++, row += width) {
        for (let k = 0; k < last; k++) {
          const value = x[row + columns[k]];
          sums[k] += value;
          squares[k] += value * value;
        }
        sums[last] += y[i];
        squares[last] += y[i] * y[i];
      }
      rows += looked;
      if (rows >= BLOCK_ROWS) closeBlock();
    },
    columns: () =>
      Array.from({ length: size }, (_, k) => ({
        name: names[k],
        isLabel: k === size - 1,
        between: blocks > 1 ? deviations[k] / (blocks - 1) : 0,
        within: within[k] / blocks,
      })),
    get blocks() {
      return blocks;
    },
    get rows() {
      return blockRows / blocks;
    },
    snapshot: () => ({
      blocks,
      blockRows,
      rows,
      sums: [...sums],
      squares: [...squares],
      means: [...means],
      deviations: [...deviations],
      within: [...within],
    }),
    restore(state) {
      ({ blocks, blockRows, rows } = state);
      sums.set(state.sums);
      squares.set(state.squares);
      means.set(state.means);
      deviations.set(state.deviations);
      within.set(state.within);
    },
  };
}

/** Evenly spread columns of x, not those of embeddings, and whose they are; the label's name comes last. */
function lookedColumns(layout: RowLayout | undefined): {
  readonly names: readonly string[];
  readonly columns: Int32Array;
} {
  const all = (layout?.fields ?? []).flatMap((field) => {
    const count = field.kind === 'numbers' ? field.count : field.kind === 'oneHot' ? field.size : 0;
    return Array.from({ length: count }, (_, k) => ({
      name: field.name,
      column: 'column' in field ? field.column + k : 0,
    }));
  });
  const every = Math.max(1, all.length / LOOKED_COLUMNS);
  const looked = all.filter((_, k) => Math.floor(k / every) > Math.floor((k - 1) / every));
  const label = layout?.fields.find(({ kind }) => kind === 'target')?.name ?? 'the label';
  return {
    names: [...looked.map(({ name }) => name), label],
    columns: Int32Array.from(looked, ({ column }) => column),
  };
}

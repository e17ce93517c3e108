import { keyed, randomKey } from '../engine/random.ts';
import type { ModelRow } from '../model/encodeRow.ts';
import { bound, integer, isObject, listOf, required } from '../options/bounds.ts';
import { checkOptions } from '../options/checkOptions.ts';
import { outputNames, outputsOf } from './outputsOf.ts';
import type { Explained } from './types.ts';

/** What each column adds to the prediction of a row, against what the model gives on average. */
export interface RowExplanation {
  /** The output that is explained: `probability`, the predicted class's `probability_x`, or `predicted`. */
  readonly output: string;
  /** The mean of the output over the background rows. */
  readonly base: number;
  /** The output for the row: `base` and all effects together. */
  readonly value: number;
  /** By column, the greatest effect first, up or down. */
  readonly effects: readonly { readonly column: string; readonly value: unknown; readonly effect: number }[];
}

export interface ShapleyOptions {
  /** Rows that stand for what the model usually sees. */
  readonly background: readonly ModelRow[];
  /**
   * Orders in which columns are put in, where there are too many for all coalitions.
   * @default 32
   */
  readonly walks?: number;
  /** @default 1 */
  readonly seed?: number;
}

/** Columns up to which all coalitions are computed. */
const EXACT = 8;

/**
 * Explains a prediction by Shapley values: how much each raw column moves the output away from its mean over the background. All coalitions for
 * up to eight columns; for more, walks through orders of the columns, forward and backward, each against one row of the background.
 * Either way the effects add up to `value - base`.
 *
 * @throws OptionError where an option is out of bounds
 * @throws SchemaError where a row lacks a column that the model needs
 * @example
 * ```ts
 * const model = await loadModel('runs/flats/1');
 * const background = [{ size: 60, rooms: 2 }, { size: 120, rooms: 5 }];
 * const { base, value, effects } = shapley(model, { size: 82, rooms: 3 }, { background });
 * ```
 * @see Shapley 1953; Štrumbelj and Kononenko 2014, doi:10.1007/s10115-013-0679-x
 */
export function shapley(model: Explained, row: ModelRow, options: ShapleyOptions): RowExplanation {
  checkOptions<ShapleyOptions>('shapley', options, {
    background: required(listOf('rows', bound('an object by column', isObject), 1)),
    walks: integer({ least: 1 }),
    seed: integer(),
  });
  const { background, walks = 32, seed = 1 } = options;
  const columns = model.schema.columns.map(({ name }) => name);
  const names = outputNames(model);
  const own = outputsOf(model, [row]);
  // Of classes the predicted one's is explained.
  const k = own.indexOf(Math.max(...own));
  const at = (rows: readonly ModelRow[]) => {
    const p = outputsOf(model, rows);
    return rows.map((_, i) => p[i * names.length + k]!);
  };
  const { effects, base } =
    columns.length <= EXACT ? exact(at, row, columns, background) : walked(at, row, columns, background, walks, seed);
  const sorted = columns
    .map((column, j) => ({ column, value: row[column], effect: effects[j]! }))
    .sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect));
  return { output: names[k]!, base, value: own[k]!, effects: sorted };
}

type At = (rows: readonly ModelRow[]) => readonly number[];

function exact(at: At, row: ModelRow, columns: readonly string[], background: readonly ModelRow[]) {
  const d = columns.length;
  // The mean over the background for each coalition: its columns as in the row, the others as in the background.
  const mixed = Array.from({ length: 2 ** d }, (_, mask) =>
    background.map((other) =>
      Object.fromEntries(columns.map((name, j) => [name, (mask >> j) & 1 ? row[name] : other[name]])),
    ),
  );
  const found = at(mixed.flat());
  const n = background.length;
  const values = mixed.map(
    (_, mask) => found.slice(mask * n, (mask + 1) * n).reduce((sum, value) => sum + value, 0) / n,
  );
  const weights = Array.from({ length: d }, (_, size) => 1 / (d * binomial(d - 1, size)));
  const effects = columns.map((_, j) => {
    let effect = 0;
    for (let mask = 0; mask < 2 ** d; mask++) {
      if ((mask >> j) & 1) continue;
      effect += weights[bits(mask)]! * (values[mask | (1 << j)]! - values[mask]!);
    }
    return effect;
  });
  return { effects, base: values[0]! };
}

function walked(
  at: At,
  row: ModelRow,
  columns: readonly string[],
  background: readonly ModelRow[],
  walks: number,
  seed: number,
) {
  const d = columns.length;
  // Each row of the background is met as often as the others.
  const rounds = Math.max(1, Math.ceil(walks / background.length)) * background.length;
  const effects = new Array<number>(d).fill(0);
  let base = 0;
  for (let walk = 0; walk < rounds; walk++) {
    const forward = orderOf(d, seed, walk);
    for (const order of [forward, forward.toReversed()]) {
      let mixed: ModelRow = background[walk % background.length]!;
      const rows = [mixed];
      for (const j of order) {
        mixed = { ...mixed, [columns[j]!]: row[columns[j]!] };
        rows.push(mixed);
      }
      const values = at(rows);
      base += values[0]! / (2 * rounds);
      for (const [i, j] of order.entries()) effects[j]! += (values[i + 1]! - values[i]!) / (2 * rounds);
    }
  }
  return { effects, base };
}

function orderOf(d: number, seed: number, walk: number): readonly number[] {
  const key = randomKey(seed, 'data', 4, walk);
  const order = Array.from({ length: d }, (_, i) => i);
  for (let i = d - 1; i > 0; i--) {
    const j = Math.floor((keyed(key, i) / 2 ** 32) * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

function binomial(n: number, k: number): number {
  let value = 1;
  for (let i = 1; i <= k; i++) value = (value * (n - k + i)) / i;
  return value;
}

function bits(mask: number): number {
  let count = 0;
  for (let rest = mask; rest > 0; rest >>= 1) count += rest & 1;
  return count;
}

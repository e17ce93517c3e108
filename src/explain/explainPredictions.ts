import { Field, Float64, makeData, RecordBatch, Schema, Struct, Utf8, vectorFromArray } from 'apache-arrow';
import type { ModelRow } from '../model/encodeRow.ts';
import type { Model } from '../model/model.ts';
import type { PredictOptions } from '../model/predictSource.ts';
import { rowsOf } from './drawRows.ts';
import { shapley } from './shapley.ts';

/** Rows of the first record batch that stand for what the model usually sees, evenly spread over it. */
const BACKGROUND = 20;

/**
 * The same model, whose predictions for a source say why: `because_1`, the column that moves the prediction most away from its mean over twenty rows
 * of the first record batch, and `effect_1`, by how much; `because_2` the next, and so on.
 *
 * @param strongest how many columns; those that the model has, at the most
 * @see shapley for what an effect is
 */
export function explainPredictions(model: Model, strongest: number): Model {
  const columns = model.schema.columns.map(({ name }) => name);
  const k = Math.min(strongest, columns.length);
  return {
    ...model,
    predict: (source, options = {}) =>
      reasons(model, model.predict(source, { ...options, keep: union(options.keep ?? [], columns) }), options, k),
  };
}

async function* reasons(
  model: Model,
  batches: AsyncIterable<RecordBatch>,
  { keep = [] }: PredictOptions,
  k: number,
): AsyncGenerator<RecordBatch> {
  const columns = model.schema.columns.map(({ name }) => name);
  let background: readonly ModelRow[] | undefined;
  for await (const records of batches) {
    const rows = rowsOf(records, columns);
    const all = Array.from({ length: records.numRows }, (_, row) => rows(row));
    background ??= spread(all);
    const found = all.map((row) => shapley(model, row, { background: background ?? [], walks: 10 }).effects);
    const added = Array.from({ length: k }, (_, i) => i).flatMap((i) => [
      {
        name: `because_${i + 1}`,
        data: vectorFromArray(
          found.map((effects) => effects[i]!.column),
          new Utf8(),
        ).data[0]!,
      },
      {
        name: `effect_${i + 1}`,
        data: vectorFromArray(
          found.map((effects) => effects[i]!.effect),
          new Float64(),
        ).data[0]!,
      },
    ]);
    const own = records.schema.fields
      .map((field, i) => ({ field, data: records.data.children[i]! }))
      .filter(({ field }) => keep.includes(field.name) || !columns.includes(field.name));
    const fields = [
      ...own.map(({ field }) => field),
      ...added.map(({ name, data }) => new Field(name, data.type, false)),
    ];
    const children = [...own.map(({ data }) => data), ...added.map(({ data }) => data)];
    yield new RecordBatch(
      new Schema(fields, records.schema.metadata),
      makeData({ type: new Struct(fields), length: records.numRows, nullCount: 0, children }),
    );
  }
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])];
}

function spread(rows: readonly ModelRow[]): readonly ModelRow[] {
  const n = Math.min(BACKGROUND, rows.length);
  return Array.from({ length: n }, (_, i) => rows[Math.floor((i * rows.length) / n)]!);
}

import type { RecordBatch } from 'apache-arrow';
import { createSplitSides } from '../batch/splitSides.ts';
import type { SplitRule } from '../batch/types.ts';
import { randomSequence, uniform } from '../engine/random.ts';
import { OptionError, SchemaError } from '../errors.ts';
import type { ModelRow } from '../model/encodeRow.ts';
import type { Model } from '../model/model.ts';
import { partsOf } from '../model/modelParts.ts';
import { restoreDerivation, savedDerivation } from '../model/restoreDerivation.ts';
import { didYouMean } from '../options/didYouMean.ts';
import { shownName, shownNames } from '../options/shown.ts';
import type { Derivation } from '../preprocess/derive/derivation.ts';
import { deriveBatch } from '../preprocess/derive/deriveBatch.ts';
import { neededDerivations, sourceColumns } from '../preprocess/derive/sourceColumns.ts';
import { type Fitted, type FittedTarget, namedLabels } from '../preprocess/fit/fitted.ts';
import type { Category } from '../source/column/categoryTable.ts';
import { columnData } from '../source/column/findColumn.ts';
import { numberReader, readValues, type Value } from '../source/column/readValues.ts';
import type { Batch, Source } from '../source/types.ts';
import type { Sample } from './types.ts';

export interface SampleOptions {
  /** How many rows are kept at the most. */
  readonly rows: number;
  readonly seed: number;
  /** Columns that are read besides those that the model needs. */
  readonly also: readonly string[];
  /** Functions of the user's from which the label is derived. */
  readonly derive: readonly Derivation[];
  /** Looks at the rows alone that this rule holds out; at all where it is undefined. */
  readonly heldOutBy: SplitRule | undefined;
  readonly signal: AbortSignal;
  /** Receives warnings, a line of text each. */
  readonly tell: (line: string) => void;
}

/**
 * Draws rows of a source, each with the same probability, while it is read once: what is kept is bounded by `rows`, however many there are.
 *
 * @throws SchemaError where a column is not there
 * @see Vitter 1985, Random sampling with a reservoir, doi:10.1145/3147.3165
 */
export async function drawRows(model: Model, source: Source, options: SampleOptions): Promise<Sample> {
  const { rows: most, seed, also, derive, heldOutBy, signal, tell } = options;
  const parts = partsOf(model);
  if (!parts)
    throw new OptionError({
      where: 'explain',
      expected: 'a model that loadModel has given',
      received: 'another object',
    });
  const { where, saved } = parts;
  const { target } = saved.preprocessor.state as unknown as Fitted;
  const all = saved.derive.map(savedDerivation);
  const needed = neededDerivations(all, [target.column]);
  const derivations = needed.map((each) => restoreDerivation(where, each, derive, tell));
  const columns = [...new Set([...model.schema.columns.map(({ name }) => name), ...also])];
  const sidesOf = heldOutBy && createSplitSides(heldOutBy);
  const wanted = [
    ...new Set([
      ...columns,
      ...sourceColumns(all, [target.column]),
      ...(heldOutBy?.by ?? []),
      ...(heldOutBy?.repeats?.by ?? []),
    ]),
  ];
  const { fields } = await source.schema(signal);
  const names = fields.map(({ name }) => name);
  for (const name of wanted) {
    if (names.includes(name)) continue;
    throw new SchemaError({
      where: `${source.name}, for ${where}`,
      expected: `a column ${shownName(name)}`,
      received: names.length > 0 ? `the columns ${shownNames(names)}` : 'no columns',
      hint:
        didYouMean(name, names) ??
        (name === target.column ? 'Labels are needed to say how good the model is' : undefined),
    });
  }

  const random = randomSequence(seed, 'data', 1);
  const rows: ModelRow[] = [];
  const labels: number[] = [];
  let [seen, rowsRead] = [0, 0];
  let before = 0;
  for await (const batch of source.open({
    signal,
    columns: names.filter((name) => wanted.includes(name)),
    badRows: 'return',
    tell,
  })) {
    const side: Batch = sidesOf ? { ...batch, selected: sidesOf(batch).validation } : batch;
    const derived: Batch = derivations.reduce((each, one) => deriveBatch(each, one, 'return', before), side);
    const count = batch.records.numRows;
    before += count;
    rowsRead += (side.selected?.length ?? count) + (batch.refused?.length ?? 0);
    const label = labelsOf(derived.records, target);
    const value = rowsOf(batch.records, columns);
    const selected = derived.selected;
    for (let i = 0; i < (selected?.length ?? count); i++) {
      const row = selected ? selected[i]! : i;
      const y = label(row);
      if (Number.isNaN(y)) continue;
      // The place that a new row takes, where it takes one.
      const at = seen < most ? seen : Math.floor(uniform(random(seen)) * (seen + 1));
      seen++;
      if (at >= most) continue;
      rows[at] = value(row);
      labels[at] = y;
    }
  }
  return { rows, y: Float64Array.from(labels), rowsRead, leftOut: rowsRead - seen };
}

/** Reads the label of a row, NaN where it has none that the model knows. */
function labelsOf(records: RecordBatch, target: FittedTarget): (row: number) => number {
  const index = records.schema.fields.findIndex(({ name }) => name === target.column);
  const { value } = readValues(columnData(records, index), target.column, numberReader());
  const labels = namedLabels(target);
  if (labels) {
    const numbers = new Map<Category | null, number>(labels.map((each, i) => [each, i]));
    return (row) => numbers.get(value(row)) ?? Number.NaN;
  }
  return (row) => {
    const label = value(row);
    return typeof label === 'number' || typeof label === 'boolean' ? Number(label) : Number.NaN;
  };
}

/** Reads rows as objects by column. */
export function rowsOf(records: RecordBatch, columns: readonly string[]): (row: number) => ModelRow {
  const readers = columns.map((name): readonly [string, (row: number) => Value | readonly number[]] => {
    const index = records.schema.fields.findIndex((field) => field.name === name);
    const vector = records.getChildAt(index);
    const { typeId } = records.schema.fields[index]!.type;
    // Lists of numbers are read as they are.
    if (typeId === 12 || typeId === 16)
      return [name, (row) => (vector?.get(row) ? Array.from(vector.get(row), Number) : null)];
    const { value } = readValues(columnData(records, index), name, numberReader());
    return [name, value];
  });
  return (row) => Object.fromEntries(readers.map(([name, value]) => [name, value(row)]));
}

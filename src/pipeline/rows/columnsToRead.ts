import type { SplitRule } from '../../batch/types.ts';
import { SchemaError } from '../../errors.ts';
import { createStallTimer } from '../../flow/stallTimer.ts';
import { didYouMean } from '../../options/didYouMean.ts';
import { shownName, shownNames } from '../../options/shown.ts';
import { sourceColumns } from '../../preprocess/derive/sourceColumns.ts';
import { noteOfMissing } from '../../source/columnNote.ts';
import type { Tell } from '../../source/types.ts';
import type { Pipeline } from '../declare/pipeline.ts';
import { columnsOfSplit } from '../declare/splitRule.ts';

export interface ColumnsToReadOptions {
  /**
   * Is told where the source takes long to tell its own columns.
   * @default a warning of the process
   */
  readonly tell?: Tell | undefined;
  /**
   * The rules by which rows are held out, as far as they are known: columns that tell repeated rows apart are read, too.
   * @default []
   */
  readonly splits?: readonly SplitRule[] | undefined;
}

/**
 * The columns that a pipeline reads from its source: those of features, target and split, and what they are derived from.
 *
 * @throws SchemaError where the source has no such column, with the ones that are spelt nearly so
 */
export async function columnsToRead(
  pipeline: Pipeline,
  signal?: AbortSignal,
  { tell = (line) => process.emitWarning(line), splits = [] }: ColumnsToReadOptions = {},
): Promise<readonly string[]> {
  const { source, derive, features, target, weight, split } = pipeline;
  const wanted = new Set(sourceColumns(derive, [...Object.keys(features), target.column, ...(weight ? [weight] : [])]));
  for (const key of [...(split.by ?? []), ...splits.flatMap(columnsOfSplit)]) wanted.add(key);
  const stall = createStallTimer((seconds) =>
    tell(
      `${source.name}: waits for something to read, which tells the columns; nothing has come for ${seconds} s`,
      'info',
    ),
  );
  stall.begin();
  const schema = await source.schema(signal).finally(stall.end);
  const names = schema.fields.map(({ name }) => name);
  for (const column of wanted) {
    if (names.includes(column)) continue;
    const note = noteOfMissing(schema, column);
    const there = names.length > 0 ? `the columns ${shownNames(names)}` : 'no columns';
    throw new SchemaError({
      where: source.name,
      expected: `a column ${shownName(column)}`,
      received: note ? `${there}: ${note.reason}` : there,
      hint: note?.hint ?? didYouMean(column, [...names, ...derive.flatMap((derivation) => derivation.names)]),
    });
  }
  // In the order of the source, so that the same columns are read whatever the order of the features.
  return names.filter((name) => wanted.has(name));
}

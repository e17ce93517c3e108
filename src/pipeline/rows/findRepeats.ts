import { ignoreElements, lastValueFrom, tap } from 'rxjs';
import { createRepeatCounter, type FoundRepeats } from '../../batch/repeatCounter.ts';
import type { SplitRule } from '../../batch/types.ts';
import { MillraceError } from '../../errors.ts';
import { takeUntilAborted } from '../../flow/takeUntilAborted.ts';
import { shownNames } from '../../options/shown.ts';
import { columnKind } from '../../source/column/columnKind.ts';
import type { Pipeline } from '../declare/pipeline.ts';
import { columnsToRead } from './columnsToRead.ts';
import { firstRows } from './firstRows.ts';
import type { ReadThroughOptions } from './readThrough.ts';
import { reportReading } from './reportReading.ts';

/** Columns that tell rows apart are read in every epoch: those at the beginning, where keys stand. */
const MOST_COLUMNS = 16;

export interface FindRepeatsOptions
  extends Pick<ReadThroughOptions, 'gate' | 'columns' | 'badRows' | 'signal' | 'onReading'> {
  /** Equal rows that are too many. */
  readonly found: FoundRepeats;
  /** Rows that could not be read with `columns`. */
  readonly refused: number;
}

/**
 * Finds out how equal rows that are too many to stay together are told apart: by the columns that nobody reads, or, where these are equal too
 * or cannot be read, by their places.
 */
export async function findRepeats(
  pipeline: Pipeline,
  declared: SplitRule,
  options: FindRepeatsOptions,
): Promise<{ readonly split: SplitRule; readonly warning: string }> {
  const { found, columns, signal } = options;
  const { source } = pipeline;
  const fields = source.once ? [] : (await source.schema(signal)).fields;
  const by = fields
    .filter(({ name, type }) => !columns.includes(name) && columnKind(type) !== undefined)
    .map(({ name }) => name)
    .slice(0, MOST_COLUMNS);
  const split = { ...declared, repeats: { rows: found.numbers, by, places: [] } };
  const placed = by.length > 0 ? await countPlaced(pipeline, split, options) : undefined;
  // Columns that tell next to none apart are not worth their reading.
  if (!placed || placed.rows > 0.9 * found.rows) {
    const places = { ...split, repeats: { ...split.repeats, by: [] } };
    return {
      split: places,
      warning: describe(declared, options, 'their places in the source, which must stay for later trainings'),
    };
  }
  const how = placed.rows > 0 ? `${shownNames(by)}, and ${placed.rows} of them by their places` : shownNames(by);
  return {
    split: { ...split, repeats: { ...split.repeats, places: placed.numbers } },
    warning: describe(declared, options, how),
  };
}

/** Counts the rows that are equal in all columns; undefined where these cannot be read as the others can. */
async function countPlaced(
  pipeline: Pipeline,
  split: SplitRule,
  { gate, badRows: { mode }, signal, refused, onReading }: FindRepeatsOptions,
): Promise<FoundRepeats | undefined> {
  const counter = createRepeatCounter(split);
  let alsoRefused = 0;
  try {
    const columns = await columnsToRead(pipeline, signal, { splits: [split] });
    const batch$ = gate.open(firstRows(pipeline), { columns, badRows: mode, release: true });
    const totalRows = onReading && (pipeline.fit ? pipeline.fit.rows : await pipeline.source.rows(signal));
    await lastValueFrom(
      batch$.pipe(
        reportReading({ what: 'counting equal rows', totalRows }, onReading),
        tap((batch) => {
          alsoRefused += batch.refused?.length ?? 0;
        }),
        counter.count,
        ignoreElements(),
        takeUntilAborted(signal),
      ),
      { defaultValue: undefined },
    );
  } catch (error) {
    if (signal?.aborted || !(error instanceof MillraceError)) throw error;
    return undefined;
  }
  signal?.throwIfAborted();
  return alsoRefused === refused ? counter.found() : undefined;
}

function describe({ by }: SplitRule, { found }: FindRepeatsOptions, how: string): string {
  return (
    `split: ${found.rows} rows are equal in ${shownNames(by)} to so many others, up to ${found.most}, that their side would move the share ` +
    `of held-out rows: they are told apart by ${how}, so that such rows are on both sides. Name columns with split.by to keep rows together`
  );
}

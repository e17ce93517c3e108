import { createRepeatCounter } from '../../batch/repeatCounter.ts';
import type { SplitRule } from '../../batch/types.ts';
import type { Preprocessor } from '../../preprocess/encode/preprocessor.ts';
import type { Pipeline } from '../declare/pipeline.ts';
import { declaredSplit } from '../declare/splitRule.ts';
import { assertWatched } from '../rows/assertWatched.ts';
import { columnsToRead } from '../rows/columnsToRead.ts';
import { findRepeats } from '../rows/findRepeats.ts';
import type { KeptReading } from '../rows/keepReading.ts';
import { leakWarnings } from '../rows/leakWarnings.ts';
import { type ReadThrough, type ReadThroughOptions, readThrough } from '../rows/readThrough.ts';
import { assertClassesTrained, assertValidated, splitWarnings } from '../rows/splitWarnings.ts';

/** A preprocessor, the rows it was fitted on, and what was seen of all rows on the way. */
export interface Fitted {
  readonly preprocessor: Preprocessor;
  /** Which rows are held out. */
  readonly split: SplitRule;
  /** The columns that are read from now on: those that were asked for, and those that tell repeated rows apart. */
  readonly columns: readonly string[];
  readonly fittedRows: number;
  /** Rows of the training side; null where the source was not read to its end. */
  readonly trainingRows: number | null;
  /** Rows that are held out, of those that were read. */
  readonly heldOutRows: number;
  /** What was read, where it was to be kept and could be. */
  readonly reading: KeptReading | undefined;
  /** What a user should know before training. */
  readonly warnings: readonly string[];
}

export interface FitOptions extends Omit<ReadThroughOptions, 'split' | 'counter'> {
  /**
   * Which rows are held out, where that is known.
   * @default as the pipeline declares it; equal rows that are too many to stay together are looked for
   */
  readonly split?: SplitRule | undefined;
}

/**
 * Reads the training side of the source once, or of its first rows, and fits the preprocessing to those that can be used, or counts
 * them alone where there is a preprocessor already.
 *
 * Whether equal rows can stay together is known when they have been counted, which is done on the way: where they cannot, what was fitted is
 * thrown away, and they are read once more.
 *
 * What it counts and writes of rows that cannot be used is for its own errors: the first epoch, which sees the held-out rows too, begins anew.
 *
 * @throws DataError where no row is held out and something waits for one; where a class is among the held-out rows alone; where a metric
 * that is waited for is not defined for the held-out rows
 */
export async function fitPipeline(pipeline: Pipeline, options: FitOptions): Promise<Fitted> {
  const { columns, known, signal } = options;
  const { validation, by } = pipeline.split;
  const declared = options.split ?? declaredSplit(pipeline);
  const counter = validation > 0 && !by && !options.split ? createRepeatCounter(declared) : undefined;
  const first = await readThrough(pipeline, { ...options, split: declared, counter });
  const found = counter?.found();
  if (!found || found.numbers.length === 0) return fitted(pipeline, first, { split: declared, columns, known });
  first.keeper?.discard();
  const { split, warning } = await findRepeats(pipeline, declared, { ...options, found, refused: first.refused });
  const all = await columnsToRead(pipeline, signal, { splits: [split] });
  const again = await readThrough(pipeline, { ...options, split, columns: all });
  return fitted(pipeline, again, { split, columns: all, known, warning });
}

/** Freezes what was learned from a reading. */
function fitted(
  pipeline: Pipeline,
  reading: ReadThrough,
  {
    split,
    columns,
    known,
    warning,
  }: Pick<Fitted, 'split' | 'columns'> & {
    readonly known: Preprocessor | undefined;
    readonly warning?: string;
  },
): Fitted {
  const { isAllRead, fittedRows, heldOutRows, keeper, fitter, sample } = reading;
  assertValidated(pipeline, reading);
  assertClassesTrained(pipeline, reading);
  const preprocessor = known ?? fitter!.finish();
  assertWatched(pipeline, preprocessor, reading);
  return {
    preprocessor,
    split,
    columns,
    fittedRows,
    trainingRows: isAllRead ? fittedRows : null,
    heldOutRows,
    reading: keeper?.finish(),
    warnings: [
      ...(warning ? [warning] : []),
      ...splitWarnings(pipeline, split, reading),
      ...leakWarnings(pipeline, sample.finish()),
    ],
  };
}

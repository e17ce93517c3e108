import type { SplitRule } from '../../batch/types.ts';
import { DataError } from '../../errors.ts';
import { exactPercent } from '../../format/shares.ts';
import { shownName, shownNames } from '../../options/shown.ts';
import { namesHint } from '../../preprocess/declare/namesHint.ts';
import { compareCategories } from '../../preprocess/fit/compareCategories.ts';
import type { Pipeline } from '../declare/pipeline.ts';
import type { ReadThrough } from './readThrough.ts';

type Read = Pick<ReadThrough, 'isAllRead' | 'rowsRead' | 'heldOutRows' | 'fittedRows' | 'classes'>;

/** Standard deviations, and a row, by which chance may move the number of rows that are held out. */
const CHANCE = 4;
/** A share that is off by less than this share of itself is none to speak of. */
const NOTICEABLE = 0.05;
/** Classes that are named in a line. */
const MOST_NAMED = 5;

/**
 * Holds out at least one row where something waits for it.
 *
 * @throws DataError where none is held out of all that there are
 */
export function assertValidated(pipeline: Pipeline, { isAllRead, rowsRead, heldOutRows }: Read): void {
  const waits = waitingFor(pipeline);
  if (waits === undefined || heldOutRows > 0 || rowsRead === 0 || !isAllHeldOut(pipeline, isAllRead)) return;
  throw nothingHeldOut(pipeline, rowsRead, waits);
}

/** The error for a run in which what waits for a validation would wait for ever. */
export function nothingHeldOut({ split }: Pipeline, rows: number, waits: string): DataError {
  return new DataError({
    where: 'split.validation',
    expected: `rows to validate on, for ${waits}`,
    received: `none of ${rows} rows, with a share of ${split.validation}`,
    hint: `Raise split.validation, give more rows, choose another split.seed, or leave ${waits} out`,
  });
}

/** The line for a run in which nothing waits for it. */
export function nothingScored({ split }: Pipeline, rows: number): string {
  return `split: none of ${rows} rows is held out, with a share of ${split.validation}: nothing says how good the model is`;
}

/** What does nothing without a validation; undefined for nothing. */
export function waitingFor({ earlyStopping, optimizer, validateEverySteps }: Pipeline): string | undefined {
  if (earlyStopping) return 'earlyStopping';
  if (optimizer.plateau) return 'onPlateau';
  return validateEverySteps ? 'validateEverySteps' : undefined;
}

/** Whether no other rows are held out than those among the rows that were read for fitting. */
export function isAllHeldOut({ source }: Pipeline, isAllRead: boolean): boolean {
  return isAllRead || source.unbounded === true || source.once === true;
}

/**
 * Holds the classes of the held-out rows to those that are trained on, where these say which classes there are.
 *
 * @throws DataError where there are others, and rows that cannot be used fail the run
 */
export function assertClassesTrained({ target, badRows }: Pipeline, { classes, fittedRows }: Read): void {
  const { training, heldOut = [] } = classes;
  if (target.kind !== 'classes' || target.names || badRows !== 'fail' || fittedRows === 0) return;
  const others = heldOut.filter((name) => !training.includes(name));
  if (others.length === 0) return;
  throw new DataError({
    where: `classes ${shownName(target.column)}`,
    expected: `held-out rows of the classes that are trained on: ${shownNames(training.map(String))}`,
    received: `${shownNames(others.map(String))}, only held out`,
    hint: namesHint(target.column, [...training, ...others].sort(compareCategories)),
  });
}

/** What is to be said of the two sides, a line each. */
export function splitWarnings(pipeline: Pipeline, split: SplitRule, read: Read): string[] {
  const { isAllRead, rowsRead, heldOutRows } = read;
  const { validation, by } = split;
  if (validation === 0 || rowsRead === 0) return [];
  // Others may come after the first rows.
  if (heldOutRows === 0) return isAllHeldOut(pipeline, isAllRead) ? [nothingScored(pipeline, rowsRead)] : [];
  const expected = validation * rowsRead;
  const off = Math.abs(heldOutRows - expected);
  const chance = CHANCE * Math.sqrt(expected * (1 - validation)) + 1;
  const share =
    off > chance && off > NOTICEABLE * expected
      ? [
          `split: ${heldOutRows} of ${rowsRead} rows are held out, ${exactPercent(heldOutRows / rowsRead)} where ${exactPercent(validation)} were ` +
            `asked for: rows that are equal in ${shownNames(by)} stay together, and there are few different ones`,
        ]
      : [];
  return [...share, ...classWarnings(pipeline, read)];
}

function classWarnings({ target }: Pipeline, { classes: { training, heldOut } }: Read): string[] {
  if (!heldOut || target.kind === 'regression') return [];
  const lines: string[] = [];
  const sides = [
    ['to train on', training, heldOut],
    ['held out', heldOut, training],
  ] as const;
  for (const [side, classes, others] of sides) {
    if (classes.length === 1) {
      const more = side === 'held out' ? 'the AUC and the like say nothing of them' : 'there is nothing to tell apart';
      lines.push(`split: the rows ${side} are all of one class, ${shownName(target.column)} ${classes[0]}: ${more}`);
    }
    const alone = classes.filter((name) => !others.includes(name));
    // Said by the line above already.
    if (alone.length === 0 || others.length <= 1) continue;
    const named = shownNames(alone.slice(0, MOST_NAMED).map(String));
    const rest = alone.length > MOST_NAMED ? ` and ${alone.length - MOST_NAMED} more` : '';
    lines.push(
      `split: of ${shownName(target.column)}, ${named}${rest} ${alone.length > 1 ? 'are' : 'is'} only among the rows ${side}`,
    );
  }
  return lines;
}

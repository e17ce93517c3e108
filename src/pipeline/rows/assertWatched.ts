import type { Preprocessor } from '../../preprocess/encode/preprocessor.ts';
import type { Category } from '../../source/column/categoryTable.ts';
import { scoreOfClasses } from '../../train/metrics/createEvaluation.ts';
import { readMetric } from '../../train/readMetric.ts';
import type { Pipeline } from '../declare/pipeline.ts';
import type { ReadThrough } from './readThrough.ts';
import { isAllHeldOut } from './splitWarnings.ts';

/** The metrics that a run waits for, by who does. */
export function watchedMetrics({ earlyStopping, optimizer }: Pipeline): Readonly<Record<string, string>> {
  return {
    ...(earlyStopping && { earlyStopping: `${earlyStopping.options.metric}` }),
    ...(optimizer.plateau && { onPlateau: optimizer.plateau.metric }),
  };
}

/**
 * Holds the metrics that a run waits for to the classes of the rows that are held out, before the first step. What no class decides, as
 * the r2 of a constant, shows at the first validation.
 *
 * @throws OptionError where the target has too few classes for one of them
 * @throws DataError where one of them is not defined for these rows
 */
export function assertWatched(
  pipeline: Pipeline,
  { target }: Preprocessor,
  { isAllRead, heldOutRows: rows, classes: { heldOut } }: Pick<ReadThrough, 'isAllRead' | 'heldOutRows' | 'classes'>,
): void {
  const { kind } = target;
  if (kind === 'regression' || !heldOut || heldOut.length === 0 || !isAllHeldOut(pipeline, isAllRead)) return;
  const seen = heldOut.map((category) => numberOf(category, target)).filter((number) => number >= 0);
  const score = { ...scoreOfClasses({ ...target, kind }, seen, pipeline.metrics), rows };
  for (const [who, name] of Object.entries(watchedMetrics(pipeline))) readMetric(who, score, name, false);
}

/** The number of a class; -1 for one that the model does not know. */
function numberOf(category: Category, { classes = [] }: Preprocessor['target']): number {
  return classes.indexOf(`${category}`);
}

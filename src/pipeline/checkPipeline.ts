import { OptionError } from '../errors.ts';
import { checkSink } from '../flow/checkSink.ts';
import { metricNames } from '../train/metrics/createEvaluation.ts';
import type { Sink, Source } from '../types.ts';
import { checkBadRows } from './badRows/badRowPolicy.ts';
import type { Pipeline, Shuffling } from './pipeline.ts';

/**
 * Holds each option of a pipeline to its bounds.
 *
 * @throws OptionError where an option is missing or out of bounds
 */
export function checkPipeline(pipeline: Pipeline): void {
  const { name, split, fit, shuffle, health } = pipeline;
  const require = (holds: boolean, key: string, expected: string, received: unknown): void => {
    if (!holds) throw new OptionError({ where: `definePipeline: ${key}`, expected, received: `${received}` });
  };
  const wholeFrom1 = (key: 'batch' | 'accumulate' | 'epochs' | 'reportEverySteps' | 'ahead'): void => {
    const value = pipeline[key];
    require(Number.isSafeInteger(value) && value >= 1, key, 'an integer of at least 1', value);
  };

  require(/^[\w.-]+$/.test(name) && !/^\.+$/.test(name), 'name', 'letters, digits, ".", "_" and "-"', JSON.stringify(
    name,
  ));
  checkIsSource(pipeline.source);
  checkBadRows(pipeline.badRows);
  pipeline.sinks.forEach(checkSink);
  require(Object.keys(pipeline.features ?? {}).length > 0, 'features', 'at least one feature', 'none');
  require(pipeline.target !== undefined, 'target', 'binary(...), classes(...) or regression(...)', 'nothing');
  require(pipeline.weight === false ||
    (typeof pipeline.weight === 'string' &&
      pipeline.weight !== ''), 'weight', 'the name of a column, or false', pipeline.weight);
  const isShare = Number.isFinite(split.validation) && split.validation >= 0 && split.validation < 1;
  require(isShare, 'split.validation', 'a share in [0, 1)', split.validation);
  const isFit = fit === false || (Number.isSafeInteger(fit?.rows) && fit.rows >= 1);
  require(isFit, 'fit', '{ rows }, an integer of at least 1, or false', JSON.stringify(fit));
  if (shuffle) {
    const isSize = typeof shuffle.memoryMB === 'number' && shuffle.memoryMB > 0;
    require(isSize, 'shuffle.memoryMB', 'a positive number of megabytes', shuffle.memoryMB);
    checkSpill(shuffle, require);
    require(!fit ||
      !shuffle.spill, 'fit', 'false, since shuffle.spill wants to know how many rows there are', JSON.stringify(fit));
  }
  wholeFrom1('batch');
  require(pipeline.network?.length > 0, 'network', 'at least one layer', 'none');
  require(pipeline.loss !== undefined, 'loss', 'a loss', 'nothing');
  require(pipeline.optimizer !== undefined, 'optimizer', 'an optimizer', 'nothing');
  wholeFrom1('accumulate');
  wholeFrom1('epochs');
  const { validateEverySteps: every, earlyStopping } = pipeline;
  require(every === false ||
    (Number.isSafeInteger(every) && every >= 1), 'validateEverySteps', 'an integer of at least 1, or false', every);
  const plateau = pipeline.optimizer.plateau;
  for (const metric of [earlyStopping ? earlyStopping.options.metric : null, plateau?.metric]) {
    if (!metric) continue;
    const names = metricNames(pipeline.target.kind);
    require(names.includes(`${metric}`), 'the metric that is watched', `one of ${names.join(', ')}`, metric);
  }
  if (every || earlyStopping || plateau) {
    require(split.validation >
      0, 'split.validation', 'rows to validate on, for earlyStopping, onPlateau or validateEverySteps', split.validation);
  }
  require(Number.isSafeInteger(pipeline.seed), 'seed', 'an integer', pipeline.seed);
  wholeFrom1('reportEverySteps');
  wholeFrom1('ahead');
  if (health) {
    const { everySteps } = health;
    require(Number.isSafeInteger(everySteps) &&
      everySteps >= 1, 'health.everySteps', 'an integer of at least 1', everySteps);
  }
}

type Require = (holds: boolean, key: string, expected: string, received: unknown) => void;

function checkSpill({ spill = false }: Shuffling, require: Require): void {
  const isPlace = typeof spill === 'boolean' || (typeof spill === 'object' && spill !== null);
  require(isPlace, 'shuffle.spill', 'true, false or { directory, maxDiskMB }', spill);
  if (typeof spill === 'boolean') return;
  const { directory = '.', maxDiskMB = 1 } = spill;
  require(typeof directory === 'string' &&
    directory !== '', 'shuffle.spill.directory', 'the path of a folder', directory);
  const isSize = typeof maxDiskMB === 'number' && maxDiskMB > 0;
  require(isSize, 'shuffle.spill.maxDiskMB', 'a positive number of megabytes', maxDiskMB);
}

/** A sink opens, too. */
function checkIsSource(source: (Partial<Source> & Partial<Pick<Sink, 'onError'>>) | undefined): void {
  if (typeof source?.open === 'function' && typeof source.schema === 'function') return;
  throw new OptionError({
    where: 'definePipeline: source',
    expected: 'a source, as parquet(...) or memory(...)',
    received: source?.onError ? `the sink ${source.name}` : typeof source,
    hint:
      source?.name === 'ndjson' ? 'It writes metrics; what reads lines of JSON (NDJSON) is jsonLines(file)' : undefined,
  });
}

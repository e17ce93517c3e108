import { ResumeError } from '../../errors.ts';
import type { Json } from '../../json.ts';
import type { Description } from '../../model/types.ts';
import { describeChanges } from './describeChanges.ts';
import type { Pipeline } from './pipeline.ts';

/** Everything that a change of would lead to another model; not `epochs`, `sinks` or `ahead`, which may change over a break. */
export function describePipeline(pipeline: Pipeline): Description {
  return {
    name: pipeline.name,
    derive: pipeline.derive.map(({ description }) => description),
    features: plain(pipeline.features),
    target: plain(pipeline.target),
    weight: pipeline.weight,
    split: describeSplit(pipeline.split),
    ...(pipeline.fit && { fit: plain(pipeline.fit) }),
    shuffle: describeShuffle(pipeline.shuffle),
    batch: pipeline.batch,
    network: pipeline.network.map(({ kind, options }) => ({ kind, options })),
    loss: named(pipeline.loss),
    optimizer: named(pipeline.optimizer),
    gradient: pipeline.gradient.map(named),
    accumulate: pipeline.accumulate,
    movingAverage: pipeline.movingAverage && named(pipeline.movingAverage),
    earlyStopping: pipeline.earlyStopping && named(pipeline.earlyStopping),
    ...(pipeline.metrics.length > 0 && { metrics: pipeline.metrics.map(named) }),
    validateEverySteps: pipeline.validateEverySteps,
    ...(pipeline.threshold !== 0.5 && { threshold: plain(pipeline.threshold) }),
    ...(pipeline.calibrate && { calibrate: pipeline.calibrate }),
    seed: pipeline.seed,
    reportEverySteps: pipeline.reportEverySteps,
  };
}

/** The seed stands there only where it is another than that of before there was one. */
function describeSplit({ validation, by, seed = 0 }: Pipeline['split']): Json {
  return { validation, ...(by && { by }), ...(seed !== 0 && { seed }) };
}

/** Where rows are dealt to, and how much room they have there, changes nothing. */
function describeShuffle(shuffle: Pipeline['shuffle']): Json {
  if (!shuffle) return shuffle;
  const { memoryMB, spill } = shuffle;
  return spill ? { memoryMB, spill: true } : { memoryMB };
}

/**
 * Holds a pipeline to the one that a checkpoint was made by.
 *
 * @param where names the checkpoint
 * @param hint what to do where it is another
 * @throws ResumeError with what has changed, from what to what
 */
export function assertSameDescription(where: string, saved: Description, current: Description, hint: string): void {
  assertSame(where, saved, current, [...new Set([...Object.keys(saved), ...Object.keys(current)])], hint);
}

/** What a trained model consists of; the rest says how it was trained. */
const modelKeys: readonly string[] = ['derive', 'features', 'target', 'weight', 'network', 'loss'];

/**
 * Holds a pipeline to the model that a checkpoint holds: it may be trained in another way, on other rows.
 *
 * @param where names the checkpoint
 * @param hint what to do where it is another
 * @throws ResumeError with what has changed, from what to what
 */
export function assertSameModel(where: string, saved: Description, current: Description, hint: string): void {
  assertSame(where, saved, current, modelKeys, hint);
}

function assertSame(
  where: string,
  saved: Description,
  current: Description,
  keys: readonly string[],
  hint: string,
): void {
  const changes = describeChanges(saved, current, keys);
  if (changes.length === 0) return;
  throw new ResumeError({
    where,
    expected: 'the pipeline that it was made by',
    received: `another (then -> now): ${changes.join('; ')}`,
    hint,
  });
}

function named({ name, options }: { readonly name: string; readonly options: Json }): Json {
  return { name, options };
}

/** Drops what JSON has no word for. */
function plain(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

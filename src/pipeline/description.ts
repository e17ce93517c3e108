import { ResumeError } from '../errors.ts';
import type { Json } from '../types.ts';
import type { Pipeline } from './pipeline.ts';

/** What makes a run what it is, by key, as plain JSON. Two pipelines with equal descriptions train to the same bits. */
export type Description = Readonly<Record<string, Json>>;

/** Everything that a change of would lead to other parameters; not `epochs`, `sinks` or `ahead`, which may change over a break. */
export function describePipeline(pipeline: Pipeline): Description {
  return {
    name: pipeline.name,
    derive: pipeline.derive.map(({ description }) => description),
    features: plain(pipeline.features),
    target: plain(pipeline.target),
    weight: pipeline.weight,
    split: plain(pipeline.split),
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
    validateEverySteps: pipeline.validateEverySteps,
    seed: pipeline.seed,
    reportEverySteps: pipeline.reportEverySteps,
  };
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
 * @throws ResumeError with each key that differs, as it was and as it is
 */
export function assertSameDescription(where: string, saved: Description, current: Description): void {
  assertSame(where, saved, current, [...new Set([...Object.keys(saved), ...Object.keys(current)])]);
}

/** What a trained model consists of; the rest says how it was trained. */
const modelKeys: readonly string[] = ['derive', 'features', 'target', 'weight', 'network', 'loss'];

/**
 * Holds a pipeline to the model that a checkpoint holds: it may be trained in another way, on other rows.
 *
 * @param where names the checkpoint
 * @throws ResumeError with each key that differs, as it was and as it is
 */
export function assertSameModel(where: string, saved: Description, current: Description): void {
  assertSame(where, saved, current, modelKeys);
}

function assertSame(where: string, saved: Description, current: Description, keys: readonly string[]): void {
  const changed = keys.flatMap((key) => {
    const was = JSON.stringify(saved[key]);
    const is = JSON.stringify(current[key]);
    return was === is ? [] : [{ key, was, is }];
  });
  if (changed.length === 0) return;
  throw new ResumeError({
    where,
    expected: `the pipeline it was made by, with ${changed.map(({ key, was }) => `${key} ${was}`).join(', ')}`,
    received: changed.map(({ key, is }) => `${key} ${is}`).join(', '),
    hint: 'Undo the change to go on, or train anew in another folder',
  });
}

function named({ name, options }: { readonly name: string; readonly options: Json }): Json {
  return { name, options };
}

/** Drops what JSON has no word for. */
function plain(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

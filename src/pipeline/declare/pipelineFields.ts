import { heldOutShare } from '../../batch/splitSides.ts';
import type { Loss } from '../../loss/loss.ts';
import { layersBound } from '../../network/sequence.ts';
import type { GradientTransform } from '../../optimizer/gradient/gradientTransform.ts';
import type { MovingAverage } from '../../optimizer/movingAverage.ts';
import type { Optimizer } from '../../optimizer/optimizer.ts';
import {
  type Bound,
  bound,
  columnName,
  either,
  exactly,
  type Fields,
  flag,
  group,
  integer,
  listOf,
  made,
  megabytes,
  oneOf,
  recordOf,
  required,
  text,
  waitMs,
} from '../../options/bounds.ts';
import { featureBound } from '../../preprocess/declare/feature.ts';
import { targetBound } from '../../preprocess/declare/target.ts';
import { derivationsBound } from '../../preprocess/derive/derivation.ts';
import { sinkBound } from '../../sink/checkSink.ts';
import { sourceBound } from '../../source/sourceBound.ts';
import { calibrationMethods } from '../../train/answers/calibration.ts';
import { thresholdBound } from '../../train/answers/chooseThreshold.ts';
import type { EarlyStopping } from '../../train/earlyStopping.ts';
import { metricsBound } from '../../train/metrics/metricsFor.ts';
import { badRowsBound } from '../badRows/badRowPolicy.ts';
import type { Pipeline, PipelineOptions, Shuffling, SpillPlace } from './pipeline.ts';

/** What names a folder: of a pipeline's runs, or of a job. */
export const runNameBound: Bound<string> = bound(
  'letters, digits, ".", "_" and "-"',
  (name) => typeof name === 'string' && /^[\w.-]+$/.test(name) && !/^\.+$/.test(name),
);

/** A pipeline as it was declared. */
export const pipelineBound: Bound<Pipeline> = bound('a pipeline, made by definePipeline({...})', (value) => {
  const { source, network } = (value ?? {}) as Partial<Pipeline>;
  return typeof source?.open === 'function' && Array.isArray(network);
});

const count = integer({ least: 1 });
const none = exactly(false);

type Split = NonNullable<PipelineOptions['split']>;
type Fit = Exclude<PipelineOptions['fit'], false | undefined>;
type Examined = Exclude<PipelineOptions['health'], false | undefined>;

const splitBound = {
  ...group<Split>({ validation: required(heldOutShare), by: listOf('columns', columnName, 1), seed: integer() }),
  hint: (value: unknown) => (typeof value === 'number' ? `Write split: { validation: ${value} }` : undefined),
};

const spillBound = either(flag, group<SpillPlace>({ directory: text('the path of a folder'), maxDiskMB: megabytes }));

/** What each option of a pipeline may be. */
export const pipelineFields: Fields<PipelineOptions> = {
  name: required(runNameBound),
  source: required(sourceBound),
  badRows: badRowsBound,
  derive: derivationsBound,
  features: required(recordOf('features, by the names of their columns', featureBound)),
  target: required(targetBound),
  weight: either(columnName, none),
  split: splitBound,
  fit: either(group<Fit>({ rows: required(count) }), none),
  shuffle: either(group<Shuffling>({ memoryMB: required(megabytes), maxWaitMs: waitMs, spill: spillBound }), none),
  batch: required(count),
  network: required(layersBound),
  loss: required(made<Loss>('a loss, as binaryCrossEntropy()', 'evaluate')),
  optimizer: required(made<Optimizer>('an optimizer, as adam()', 'learningRateAt')),
  gradient: listOf('transforms', made<GradientTransform>('a transform, as clipByGlobalNorm(1)', 'apply')),
  accumulate: count,
  movingAverage: either(made<MovingAverage>('movingAverage({...})', 'update'), none),
  earlyStopping: either(made<EarlyStopping>('earlyStopping({...})', 'begin'), none),
  threshold: thresholdBound,
  calibrate: either(oneOf(...calibrationMethods), none),
  metrics: metricsBound,
  validateEverySteps: either(count, none),
  epochs: count,
  sinks: listOf('sinks', sinkBound),
  seed: integer(),
  reportEverySteps: count,
  health: either(group<Examined>({ everySteps: required(count) }), none),
  ahead: count,
};

/**
 * What members of your own are made of, in the order in which data passes through. docs/extending.md has an example of each.
 *
 * @packageDocumentation
 */

// Sources.

export { pickColumns } from './source/pickColumns.ts';
export { rowCursor } from './source/rowCursor.ts';
export type { Batch, Cursor, OpenOptions, Source } from './source/types.ts';

// Derived columns, and the scaling of numbers.

export type { NumberSummary, Scaling } from './preprocess/declare/scaling.ts';
export { appendColumns } from './preprocess/derive/appendColumns.ts';
export type { Derivation } from './preprocess/derive/derivation.ts';
export { type FromTimeOptions, fromTime, type TimePart } from './preprocess/derive/fromTime.ts';

// Layers and first weights.

export type { Engine, Kernels, Vector } from './engine/types.ts';
export { type ActivationOptions, activation } from './network/activation.ts';
export type {
  ActivationFacts,
  BufferSpec,
  Initializer,
  Layer,
  LayerMemory,
  LayerPass,
  LayerPlan,
  Parameter,
  ParameterSpec,
} from './network/layer.ts';

// Losses and metrics.

export type { Loss } from './loss/loss.ts';
export { type PointwiseLoss, pointwiseLoss } from './loss/pointwise.ts';
export { type CountedMetric, type MeanMetric, metric } from './train/metrics/metric.ts';
export type { Metric, RunningMetric, Share, Task } from './train/metrics/types.ts';

// Optimizers and schedules.

export { type Definition, defineOptimizer } from './optimizer/defineOptimizer.ts';
export type { GradientContext, GradientTransform } from './optimizer/gradient/gradientTransform.ts';
export type { Optimizer } from './optimizer/optimizer.ts';
export type { PlateauOptions, Schedule } from './optimizer/schedules/schedule.ts';

// Sinks.

export type { Outcome, Run, Sink, SinkWriter } from './sink/types.ts';
export type { TrainingEvent } from './train/types.ts';

// Jobs.

export type { Check, CheckResult, JobSchedule } from './job/types.ts';

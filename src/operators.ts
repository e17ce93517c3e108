/**
 * * The operators that a pipeline expands to, in the order in which data passes through, and what they work on: `millrace/operators`.
 *
 * @packageDocumentation
 */

// Engines.

export { type OpenEngineOptions, openEngine } from './engine/openEngine.ts';
export { openScope } from './engine/openScope.ts';
export { randomSequence } from './engine/random.ts';

// The gate, where pull meets push.

export { createGate, type Gate, type GateOpenOptions, type GateOptions } from './flow/gate.ts';

// Preprocessing.

export { type DeriveColumnsOptions, deriveColumns } from './preprocess/derive/deriveColumns.ts';
export { derivedSchema } from './preprocess/derive/derivedSchema.ts';
export { sourceColumns } from './preprocess/derive/sourceColumns.ts';
export { checkRows } from './preprocess/encode/checkRows.ts';
export { type EncodedBatch, type EncodeOptions, encode } from './preprocess/encode/encode.ts';
export { type EncoderOptions, type Preprocessor, restorePreprocessor } from './preprocess/encode/preprocessor.ts';
export { createFitter, type Fitter, type FitterOptions } from './preprocess/fit/fitter.ts';

// Batching.

export { type MiniBatchOptions, miniBatch } from './batch/miniBatch.ts';
export { createRepeatCounter, type FoundRepeats, type RepeatCounter } from './batch/repeatCounter.ts';
export { type ShuffleOptions, shuffle } from './batch/shuffle.ts';
export { createSpill, type Spill, type SpillOptions } from './batch/spill.ts';
export { type SplitOptions, splitRows } from './batch/splitRows.ts';
export { type SplitColumnsOptions, splitColumns } from './preprocess/derive/splitColumns.ts';

// The network.

export { type CompileOptions, compileNetwork, type Network } from './network/network.ts';
export { type NetworkPlan, type PlanOptions, planNetwork } from './network/planNetwork.ts';

// The stages of a step.

export { accumulate } from './train/accumulate.ts';
export { backward } from './train/backward.ts';
export { type ForwardOptions, forward } from './train/forward.ts';
export { lossOf } from './train/lossOf.ts';
export { createTrainingState, type TrainingControl, type TrainingState } from './train/trainingState.ts';
export { transformGradient } from './train/transformGradient.ts';
export { update } from './train/update.ts';
export { withAverage } from './train/withAverage.ts';

// Evaluation and health.

export { evaluate, type Scores } from './train/evaluate.ts';
export { type Health, type HealthOptions, type HealthState, health } from './train/health.ts';
export { type ConfusionMatrix, confusionMatrix } from './train/metrics/confusionMatrix.ts';
export { createEvaluation, type Evaluation, type EvaluationOptions } from './train/metrics/createEvaluation.ts';
export { metricNames } from './train/metrics/metricsFor.ts';

// The sinks' side of the stream.

export { createFanOut, type FanOut, type FanOutOptions } from './sink/fanOut.ts';

// Checkpoints.

export { latestCheckpoint } from './checkpoint/latestCheckpoint.ts';
export { loadCheckpoint } from './checkpoint/loadCheckpoint.ts';
export { type SaveOptions, saveCheckpoint } from './checkpoint/saveCheckpoint.ts';

// Trained models, with the machinery that trained them.

export { type EvaluateModelOptions, evaluateModel, type ModelScores } from './pipeline/use/evaluateModel.ts';
export { type LoadTrainedOptions, loadTrained } from './pipeline/use/loadTrained.ts';
export { type ReportOptions, type WrittenReport, writeReport } from './report/writeReport.ts';

// Derivatives held to difference quotients.

export {
  checkGradient,
  type GradientReport,
  type LayerCheckOptions,
  type LossCheckOptions,
} from './train/checkGradient.ts';

// Types of what flows through.

export type * from './batch/types.ts';
export type * from './checkpoint/types.ts';
export type * from './engine/types.ts';
export type * from './flow/types.ts';
export type { BufferSpec, LayerMemory, LayerPass, LayerPlan } from './network/layer.ts';
export type * from './network/types.ts';
export type { GradientContext } from './optimizer/gradient/gradientTransform.ts';
export type * from './preprocess/types.ts';
export type * from './source/types.ts';
export type * from './train/metrics/types.ts';
export type * from './train/types.ts';

/**
 * Millrace trains neural networks on streams of Apache Arrow record batches.
 *
 * In the order in which data passes through.
 */

export { miniBatch } from './batch/miniBatch.ts';
export { shuffle } from './batch/shuffle.ts';
// Batching.
export { splitRows } from './batch/splitRows.ts';
// Checkpoints.
export { latestCheckpoint } from './checkpoint/latestCheckpoint.ts';
export { loadCheckpoint } from './checkpoint/loadCheckpoint.ts';
export { saveCheckpoint } from './checkpoint/saveCheckpoint.ts';
// Engines.
export { openEngine } from './engine/openEngine.ts';
export { randomSequence } from './engine/random.ts';
export * from './errors.ts';
export { createFanOut, type FanOut, type FanOutOptions } from './flow/fanOut.ts';
// The gate, and the sinks' side of the stream.
export { createGate, type Gate, type GateOptions } from './flow/gate.ts';
// Losses.
export { binaryCrossEntropy } from './loss/binaryCrossEntropy.ts';
export { crossEntropy } from './loss/crossEntropy.ts';
export type { Loss } from './loss/loss.ts';
export { meanSquaredError } from './loss/meanSquaredError.ts';
export { evaluateModel } from './model/evaluateModel.ts';
// Models in use.
export { loadModel } from './model/loadModel.ts';
export { constant } from './network/initializers/constant.ts';
export { he } from './network/initializers/he.ts';
export { normal } from './network/initializers/normal.ts';
export { uniform } from './network/initializers/uniform.ts';
export { xavier } from './network/initializers/xavier.ts';
export { zeros } from './network/initializers/zeros.ts';
export type { Initializer, Layer, LayerMemory, LayerPass, LayerPlan, Mode } from './network/layer.ts';
// Layers and initializers.
export { dense } from './network/layers/dense.ts';
export { identity } from './network/layers/identity.ts';
export { relu } from './network/layers/relu.ts';
export { sigmoid } from './network/layers/sigmoid.ts';
export { tanh } from './network/layers/tanh.ts';
export { compileNetwork, type Network } from './network/network.ts';
export { type NetworkPlan, planNetwork } from './network/planNetwork.ts';
// Optimizers.
export { adam } from './optimizer/adam.ts';
export type { Optimizer } from './optimizer/optimizer.ts';
export { sgd } from './optimizer/sgd.ts';
export { configurePipeline } from './pipeline/configurePipeline.ts';
// Pipelines: declared, run, described.
export { definePipeline, type Pipeline, type PipelineOptions } from './pipeline/definePipeline.ts';
export { describe, type Stage } from './pipeline/describe.ts';
export type { Summary } from './pipeline/summary.ts';
export { type TrainOptions, train } from './pipeline/train.ts';
export { binary } from './preprocess/binary.ts';
export { classes } from './preprocess/classes.ts';
export { cyclical } from './preprocess/cyclical.ts';
export { dayOfWeek } from './preprocess/dayOfWeek.ts';
export { dayOfYear } from './preprocess/dayOfYear.ts';
export type { Derivation } from './preprocess/derivation.ts';
// Preprocessing.
export { derive } from './preprocess/derive.ts';
export { deriveColumns } from './preprocess/deriveColumns.ts';
export { derivedSchema } from './preprocess/derivedSchema.ts';
export { embedding } from './preprocess/embedding.ts';
export { type EncodedBatch, encode } from './preprocess/encode.ts';
export type { Feature } from './preprocess/feature.ts';
export { createFitter, type Fitter } from './preprocess/fitter.ts';
export { hourOfDay } from './preprocess/hourOfDay.ts';
export { numeric } from './preprocess/numeric.ts';
export { oneHot } from './preprocess/oneHot.ts';
export { type Preprocessor, restorePreprocessor } from './preprocess/preprocessor.ts';
export { regression } from './preprocess/regression.ts';
export { sourceColumns } from './preprocess/sourceColumns.ts';
export type { Target } from './preprocess/target.ts';
// Sinks.
export { checkpoint } from './sink/checkpoint.ts';
export { log } from './sink/log.ts';
export { ndjson } from './sink/ndjson.ts';
export { parquetMetrics } from './sink/parquetMetrics.ts';
export { progress } from './sink/progress.ts';
// Sources.
export { memory } from './source/memory.ts';
export { parquet } from './source/parquet.ts';
export { backward } from './train/backward.ts';
export { evaluate, type Score } from './train/evaluate.ts';
// The stages of a step.
export { forward } from './train/forward.ts';
export { lossOf } from './train/lossOf.ts';
export { createTrainingState, type TrainingState } from './train/trainingState.ts';
export { update } from './train/update.ts';
export type * from './types.ts';
export { version } from './version.ts';

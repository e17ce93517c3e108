/**
 * Millrace trains neural networks on streams of Apache Arrow record batches.
 *
 * In the order in which data passes through.
 */

export { miniBatch } from './batch/miniBatch.ts';
export { shuffle } from './batch/shuffle.ts';
export { createSpill, type Spill, type SpillOptions } from './batch/spill.ts';
// Batching.
export { splitRows } from './batch/splitRows.ts';
// Checkpoints.
export { latestCheckpoint } from './checkpoint/latestCheckpoint.ts';
export { loadCheckpoint } from './checkpoint/loadCheckpoint.ts';
export { saveCheckpoint } from './checkpoint/saveCheckpoint.ts';
// Engines.
export { type OpenEngineOptions, openEngine } from './engine/openEngine.ts';
export { randomSequence } from './engine/random.ts';
export * from './errors.ts';
export { createFanOut, type FanOut, type FanOutOptions } from './flow/fanOut.ts';
// The gate, and the sinks' side of the stream.
export { createGate, type Gate, type GateOpenOptions, type GateOptions } from './flow/gate.ts';
// Jobs: scheduled retraining.
export { type CronOptions, cron } from './job/define/cron.ts';
export { defineJob, type JobDrift, type JobOptions } from './job/define/defineJob.ts';
export { type EveryOptions, every } from './job/define/every.ts';
export { manual } from './job/define/manual.ts';
export { type NewRowsOptions, newRows } from './job/define/newRows.ts';
export { type OnNewDataOptions, onNewData } from './job/define/onNewData.ts';
export { type WebhookOptions, webhook } from './job/define/webhook.ts';
export { atLeast } from './job/gate/atLeast.ts';
export { atMost } from './job/gate/atMost.ts';
export { type ImprovesOptions, improves } from './job/gate/improves.ts';
export { type NoSliceWorseOptions, noSliceWorse } from './job/gate/noSliceWorse.ts';
export type { CheckResult, GateCheck, Job, JobSchedule, ModelScores, Span } from './job/types.ts';
// Losses.
export { type BinaryCrossEntropyOptions, binaryCrossEntropy } from './loss/binaryCrossEntropy.ts';
export { type CrossEntropyOptions, crossEntropy } from './loss/crossEntropy.ts';
export { hinge } from './loss/hinge.ts';
export { type HuberOptions, huber } from './loss/huber.ts';
export type { Loss } from './loss/loss.ts';
export { meanAbsoluteError } from './loss/meanAbsoluteError.ts';
export { meanSquaredError } from './loss/meanSquaredError.ts';
export { poisson } from './loss/poisson.ts';
export { type QuantileOptions, quantile } from './loss/quantile.ts';
export { evaluateModel, type ModelScore } from './model/evaluateModel.ts';
// Models in use.
export { loadModel } from './model/loadModel.ts';
export { constant } from './network/initializers/constant.ts';
export { he } from './network/initializers/he.ts';
export { lecun } from './network/initializers/lecun.ts';
export { normal } from './network/initializers/normal.ts';
export { orthogonal } from './network/initializers/orthogonal.ts';
export { truncatedNormal } from './network/initializers/truncatedNormal.ts';
export { uniform } from './network/initializers/uniform.ts';
export { xavier } from './network/initializers/xavier.ts';
export { zeros } from './network/initializers/zeros.ts';
export type { BufferSpec, Initializer, Layer, LayerMemory, LayerPass, LayerPlan, Mode } from './network/layer.ts';
// Layers and initializers.
export { batchNorm } from './network/layers/batchNorm.ts';
export { branches } from './network/layers/branches.ts';
export { dense } from './network/layers/dense.ts';
export { dropout } from './network/layers/dropout.ts';
export { elu } from './network/layers/elu.ts';
export { gelu } from './network/layers/gelu.ts';
export { identity } from './network/layers/identity.ts';
export { layerNorm } from './network/layers/layerNorm.ts';
export { leakyRelu } from './network/layers/leakyRelu.ts';
export { prelu } from './network/layers/prelu.ts';
export { relu } from './network/layers/relu.ts';
export { residual } from './network/layers/residual.ts';
export { selu } from './network/layers/selu.ts';
export { sigmoid } from './network/layers/sigmoid.ts';
export { silu } from './network/layers/silu.ts';
export { softplus } from './network/layers/softplus.ts';
export { softsign } from './network/layers/softsign.ts';
export { tanh } from './network/layers/tanh.ts';
export { compileNetwork, type Network } from './network/network.ts';
export { type NetworkPlan, planNetwork } from './network/planNetwork.ts';
// Optimizers.
export { type AdagradOptions, adagrad } from './optimizer/adagrad.ts';
export { type AdamOptions, adam } from './optimizer/adam.ts';
export { type AdamWOptions, adamW } from './optimizer/adamW.ts';
export { clipByGlobalNorm } from './optimizer/gradient/clipByGlobalNorm.ts';
export { clipByNorm } from './optimizer/gradient/clipByNorm.ts';
export { clipByValue } from './optimizer/gradient/clipByValue.ts';
export type { GradientContext, GradientTransform } from './optimizer/gradient/gradientTransform.ts';
export { type LionOptions, lion } from './optimizer/lion.ts';
export { type MovingAverage, type MovingAverageOptions, movingAverage } from './optimizer/movingAverage.ts';
export { type NadamOptions, nadam } from './optimizer/nadam.ts';
export type { Optimizer } from './optimizer/optimizer.ts';
export { type RmsPropOptions, rmsProp } from './optimizer/rmsProp.ts';
export { type ConstantRateOptions, constantRate } from './optimizer/schedules/constantRate.ts';
export { type CosineDecayOptions, cosineDecay } from './optimizer/schedules/cosineDecay.ts';
export { type ExponentialDecayOptions, exponentialDecay } from './optimizer/schedules/exponentialDecay.ts';
export { type OneCycleOptions, oneCycle } from './optimizer/schedules/oneCycle.ts';
export { type OnPlateauOptions, onPlateau } from './optimizer/schedules/onPlateau.ts';
export { type PolynomialDecayOptions, polynomialDecay } from './optimizer/schedules/polynomialDecay.ts';
export type { PlateauOptions, Schedule } from './optimizer/schedules/schedule.ts';
export { type StepDecayOptions, stepDecay } from './optimizer/schedules/stepDecay.ts';
export { type SgdOptions, sgd } from './optimizer/sgd.ts';
export type { BadRowLimit, BadRowPolicy } from './pipeline/badRows/badRowPolicy.ts';
export { deadLetter } from './pipeline/badRows/deadLetter.ts';
export { skipRows } from './pipeline/badRows/skipRows.ts';
export { configurePipeline } from './pipeline/configurePipeline.ts';
// Pipelines: declared, run, described.
export { definePipeline } from './pipeline/definePipeline.ts';
export { describe, type Stage } from './pipeline/describe.ts';
export type { Pipeline, PipelineOptions, Shuffling, SpillPlace } from './pipeline/pipeline.ts';
export type { Summary } from './pipeline/summary.ts';
export { train } from './pipeline/train.ts';
export type { TrainOptions } from './pipeline/trainOptions.ts';
export { binary } from './preprocess/binary.ts';
export { checkRows } from './preprocess/checkRows.ts';
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
export { vector } from './preprocess/vector.ts';
// Sinks.
export { checkpoint } from './sink/checkpoint.ts';
export { log } from './sink/log.ts';
export { ndjson } from './sink/ndjson.ts';
export { parquetMetrics } from './sink/parquetMetrics.ts';
export { progress } from './sink/progress.ts';
// Sources.
export { type ArrowIpcOptions, arrowIpc } from './source/arrow/arrowIpc.ts';
export { concat } from './source/combine/concat.ts';
export { type FilterOptions, filter, type RowPredicate } from './source/combine/filter.ts';
export { interleave } from './source/combine/interleave.ts';
export { type MixOptions, mix } from './source/combine/mix.ts';
export { repeat } from './source/combine/repeat.ts';
export { skip } from './source/combine/skip.ts';
export { take } from './source/combine/take.ts';
export { files } from './source/files/files.ts';
export { type WatchOptions, watch } from './source/files/watch.ts';
export { type HttpOptions, type HttpPlace, http } from './source/http/http.ts';
export type { ByteChunks } from './source/input/byteStream.ts';
export type { InputPlace } from './source/input/inputPlace.ts';
export { memory } from './source/memory/memory.ts';
export { parquet } from './source/parquet/parquet.ts';
export { type SqlOptions, sql } from './source/sql/sql.ts';
export type { SqlParameters, SqlValue } from './source/sql/sqlValue.ts';
export type { ColumnType, ItemType, ListType } from './source/text/columnType.ts';
export { type CsvOptions, csv } from './source/text/csv.ts';
export { type JsonLinesOptions, jsonLines } from './source/text/jsonLines.ts';
export { tsv } from './source/text/tsv.ts';
export { accumulate } from './train/accumulate.ts';
export { backward } from './train/backward.ts';
export { type EarlyStopping, type EarlyStoppingOptions, earlyStopping } from './train/earlyStopping.ts';
export { evaluate, type Score } from './train/evaluate.ts';
// The stages of a step.
export { forward } from './train/forward.ts';
export { type Health, type HealthOptions, type HealthState, health } from './train/health.ts';
export { lossOf } from './train/lossOf.ts';
// Metrics.
export { accuracy } from './train/metrics/accuracy.ts';
export { brier } from './train/metrics/brier.ts';
export { calibrationError } from './train/metrics/calibrationError.ts';
export { type ConfusionMatrix, confusionMatrix } from './train/metrics/confusionMatrix.ts';
export { createEvaluation, type Evaluation, metricNames } from './train/metrics/createEvaluation.ts';
export { f1 } from './train/metrics/f1.ts';
export { logLoss } from './train/metrics/logLoss.ts';
export { mae } from './train/metrics/meanAbsoluteError.ts';
export type { Metric } from './train/metrics/metric.ts';
export { prAuc } from './train/metrics/prAuc.ts';
export { precision } from './train/metrics/precision.ts';
export { recall } from './train/metrics/recall.ts';
export { rocAuc } from './train/metrics/rocAuc.ts';
export { mse, r2, rmse } from './train/metrics/squaredError.ts';
export { topK } from './train/metrics/topK.ts';
export { createTrainingState, type TrainingControl, type TrainingState } from './train/trainingState.ts';
export { transformGradient } from './train/transformGradient.ts';
export { update } from './train/update.ts';
export { withAverage } from './train/withAverage.ts';
export type * from './types.ts';
export { version } from './version.ts';

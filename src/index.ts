/**
 * What the file of a pipeline imports, in the order in which data passes through. Beside it are `millrace/operators`, the same as a chain of
 * RxJS operators; `millrace/jobs`, scheduled retraining; `millrace/model`, trained models in use; `millrace/exchange`,
 * models in formats of others.
 *
 * @packageDocumentation
 */

// Sources: bytes to record batches.

export { type ArrowIpcOptions, arrowIpc } from './source/arrow/arrowIpc.ts';
export { files } from './source/files/files.ts';
export { type WatchOptions, watch } from './source/files/watch.ts';
export { type HttpOptions, type HttpPlace, http } from './source/http/http.ts';
export { type MemoryOptions, memory } from './source/memory/memory.ts';
export { type ParquetOptions, parquet } from './source/parquet/parquet.ts';
export { type SqlOptions, sql } from './source/sql/sql.ts';
export { type CsvOptions, csv } from './source/text/csv.ts';
export { type JsonLinesOptions, jsonLines } from './source/text/jsonLines.ts';
export { tsv } from './source/text/tsv.ts';

// Sources over sources.

export { concatSources } from './source/combine/concatSources.ts';
export { type FilterRowsOptions, filterRows, type RowPredicate } from './source/combine/filterRows.ts';
export { interleave } from './source/combine/interleave.ts';
export { limit } from './source/combine/limit.ts';
export { type MixOptions, mix } from './source/combine/mix.ts';
export { offset } from './source/combine/offset.ts';
export { repeatSource } from './source/combine/repeatSource.ts';

// Derived columns.

export { bucket } from './preprocess/derive/bucket.ts';
export { type ClipOptions, clip } from './preprocess/derive/clip.ts';
export { type ConcatenateOptions, concatenate } from './preprocess/derive/concatenate.ts';
export { type CyclicalOptions, cyclical } from './preprocess/derive/cyclical.ts';
export { dayOfWeek } from './preprocess/derive/dayOfWeek.ts';
export { dayOfYear } from './preprocess/derive/dayOfYear.ts';
export { type DeriveOptions, derive } from './preprocess/derive/derive.ts';
export { difference } from './preprocess/derive/difference.ts';
export { equals } from './preprocess/derive/equals.ts';
export { greaterThan } from './preprocess/derive/greaterThan.ts';
export { hourOfDay } from './preprocess/derive/hourOfDay.ts';
export { log1p } from './preprocess/derive/log1p.ts';
export { lower } from './preprocess/derive/lower.ts';
export { product } from './preprocess/derive/product.ts';
export { ratio } from './preprocess/derive/ratio.ts';

// Features: what the network sees of a column.

export { embedding } from './preprocess/declare/embedding.ts';
export { type NumericOptions, numeric } from './preprocess/declare/numeric.ts';
export { oneHot } from './preprocess/declare/oneHot.ts';
export { type VectorOptions, vector } from './preprocess/declare/vector.ts';

// Targets: what it predicts.

export { type BinaryOptions, binary } from './preprocess/declare/binary.ts';
export { type ClassesOptions, classes } from './preprocess/declare/classes.ts';
export { type RegressionOptions, regression } from './preprocess/declare/regression.ts';

// Rows that cannot be used.

export { badRowFile } from './pipeline/badRows/badRowFile.ts';
export { skipRows } from './pipeline/badRows/skipRows.ts';

// Layers.

export { type BatchNormOptions, batchNorm } from './network/layers/batchNorm.ts';
export { branches } from './network/layers/branches.ts';
export { type DenseOptions, dense } from './network/layers/dense.ts';
export { dropout } from './network/layers/dropout.ts';
export { type LayerNormOptions, layerNorm } from './network/layers/layerNorm.ts';
export { passThrough } from './network/layers/passThrough.ts';
export { residual } from './network/layers/residual.ts';

// Activations.

export { type EluOptions, elu } from './network/layers/elu.ts';
export { type GeluOptions, gelu } from './network/layers/gelu.ts';
export { type LeakyReluOptions, leakyRelu } from './network/layers/leakyRelu.ts';
export { type PreluOptions, prelu } from './network/layers/prelu.ts';
export { relu } from './network/layers/relu.ts';
export { selu } from './network/layers/selu.ts';
export { sigmoid } from './network/layers/sigmoid.ts';
export { silu } from './network/layers/silu.ts';
export { softplus } from './network/layers/softplus.ts';
export { softsign } from './network/layers/softsign.ts';
export { tanh } from './network/layers/tanh.ts';

// Initializers.

export { constant } from './network/initializers/constant.ts';
export { type HeOptions, he } from './network/initializers/he.ts';
export { type LecunOptions, lecun } from './network/initializers/lecun.ts';
export { type NormalOptions, normal } from './network/initializers/normal.ts';
export { type OrthogonalOptions, orthogonal } from './network/initializers/orthogonal.ts';
export { type TruncatedNormalOptions, truncatedNormal } from './network/initializers/truncatedNormal.ts';
export { type UniformOptions, uniform } from './network/initializers/uniform.ts';
export { type XavierOptions, xavier } from './network/initializers/xavier.ts';
export { zeros } from './network/initializers/zeros.ts';

// Losses.

export { type BinaryCrossEntropyOptions, binaryCrossEntropy } from './loss/binaryCrossEntropy.ts';
export { type CrossEntropyOptions, crossEntropy } from './loss/crossEntropy.ts';
export { hinge } from './loss/hinge.ts';
export { type HuberOptions, huber } from './loss/huber.ts';
export { meanAbsoluteError } from './loss/meanAbsoluteError.ts';
export { meanSquaredError } from './loss/meanSquaredError.ts';
export { poisson } from './loss/poisson.ts';
export { type QuantileOptions, quantile } from './loss/quantile.ts';

// Metrics.

export { accuracy } from './train/metrics/accuracy.ts';
export { brier } from './train/metrics/brier.ts';
export { calibrationError } from './train/metrics/calibrationError.ts';
export { f1 } from './train/metrics/f1.ts';
export { logLoss } from './train/metrics/logLoss.ts';
export { mae } from './train/metrics/mae.ts';
export { prAuc } from './train/metrics/prAuc.ts';
export { precision } from './train/metrics/precision.ts';
export { recall } from './train/metrics/recall.ts';
export { rocAuc } from './train/metrics/rocAuc.ts';
export { mse, r2, rmse } from './train/metrics/squaredError.ts';
export { topK } from './train/metrics/topK.ts';

// What becomes of a gradient before the update.

export { clipByGlobalNorm } from './optimizer/gradient/clipByGlobalNorm.ts';
export { clipByNorm } from './optimizer/gradient/clipByNorm.ts';
export { clipByValue } from './optimizer/gradient/clipByValue.ts';

// Optimizers.

export { type AdagradOptions, adagrad } from './optimizer/adagrad.ts';
export { type AdamOptions, adam } from './optimizer/adam.ts';
export { type AdamWOptions, adamW } from './optimizer/adamW.ts';
export { type LionOptions, lion } from './optimizer/lion.ts';
export { type MovingAverage, type MovingAverageOptions, movingAverage } from './optimizer/movingAverage.ts';
export { type NadamOptions, nadam } from './optimizer/nadam.ts';
export { type RmsPropOptions, rmsProp } from './optimizer/rmsProp.ts';
export { type SgdOptions, sgd } from './optimizer/sgd.ts';

// Learning rates that change.

export { type ConstantRateOptions, constantRate } from './optimizer/schedules/constantRate.ts';
export { type CosineDecayOptions, cosineDecay } from './optimizer/schedules/cosineDecay.ts';
export { type ExponentialDecayOptions, exponentialDecay } from './optimizer/schedules/exponentialDecay.ts';
export { type OneCycleOptions, oneCycle } from './optimizer/schedules/oneCycle.ts';
export { type OnPlateauOptions, onPlateau } from './optimizer/schedules/onPlateau.ts';
export { type PolynomialDecayOptions, polynomialDecay } from './optimizer/schedules/polynomialDecay.ts';
export { type StepDecayOptions, stepDecay } from './optimizer/schedules/stepDecay.ts';

// When to stop.

export { type EarlyStopping, type EarlyStoppingOptions, earlyStopping } from './train/earlyStopping.ts';

// Sinks.

export { type CheckpointOptions, checkpoint } from './sink/checkpoint.ts';
export { type LogOptions, log } from './sink/log.ts';
export { type MlflowOptions, mlflow } from './sink/mlflow.ts';
export { type NdjsonMetricsOptions, ndjsonMetrics } from './sink/ndjsonMetrics.ts';
export {
  type OpenTelemetryOptions,
  openTelemetry,
  type TelemetryMeter,
  type TelemetryTracer,
} from './sink/openTelemetry.ts';
export { type ParquetMetricsOptions, parquetMetrics } from './sink/parquetMetrics.ts';
export { type ProgressOptions, progress } from './sink/progress.ts';
export { type PrometheusOptions, prometheus } from './sink/prometheus.ts';
export { type TensorboardOptions, tensorboard } from './sink/tensorboard.ts';

// Pipelines: declared, described, run.

export { configurePipeline } from './pipeline/declare/configurePipeline.ts';
export { definePipeline } from './pipeline/declare/definePipeline.ts';
export { type DescribeOptions, describe, type Stage } from './pipeline/declare/describe.ts';
export { train } from './pipeline/run/train.ts';

// A look at a table of which nothing is known.

export { type InspectOptions, inspect } from './inspect/inspect.ts';

// Types of what stands in a pipeline.

export type { Snapshot, Tensor } from './checkpoint/types.ts';
export type { EngineName } from './engine/types.ts';
export type { Bottleneck, Spending } from './flow/types.ts';
export type * from './inspect/types.ts';
export type { Json } from './json.ts';
export type { Loss } from './loss/loss.ts';
export type { Initializer, Layer } from './network/layer.ts';
export type { GradientTransform } from './optimizer/gradient/gradientTransform.ts';
export type { Optimizer } from './optimizer/optimizer.ts';
export type { PlateauOptions, Schedule } from './optimizer/schedules/schedule.ts';
export type { BadRowLimit, BadRowPolicy } from './pipeline/badRows/badRowPolicy.ts';
export type { Pipeline, PipelineOptions, Shuffling, SpillPlace, Split } from './pipeline/declare/pipeline.ts';
export type { TrainOptions } from './pipeline/declare/trainOptions.ts';
export type { Summary } from './pipeline/run/summary.ts';
export type { Feature } from './preprocess/declare/feature.ts';
export type { Target } from './preprocess/declare/target.ts';
export type { Derivation } from './preprocess/derive/derivation.ts';
export type * from './sink/types.ts';
export type { ByteChunks } from './source/input/byteStream.ts';
export type { InputPlace } from './source/input/inputPlace.ts';
export type { ReadAlikeOptions } from './source/readAlike.ts';
export type { SqlParameters, SqlValue } from './source/sql/sqlValue.ts';
export type { ColumnType, ItemType, ListType } from './source/text/columnType.ts';
export type * from './source/types.ts';
export type { Metric } from './train/metrics/types.ts';
export type * from './train/types.ts';

// Errors.

export * from './errors.ts';

export { version } from './version.ts';

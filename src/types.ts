/**
 * The dictionary: every noun of Millrace, once, in the order in which data passes through. Over 250 lines, since it is one page to
 * look things up on.
 */
import type { RecordBatch, Schema } from 'apache-arrow';

/** A value that survives `JSON.parse(JSON.stringify(x))` unchanged. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

// ── engine ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Numbers in engine memory: float64 in the reference engine, float32 in the others. Matrices are row-major. */
export type Vector = Float32Array | Float64Array;

/** The elementwise functions every engine has; `parameter` is the slope of a leaky ReLU, the alpha of an ELU. */
export type ElementwiseName =
  | 'sigmoid'
  | 'tanh'
  | 'relu'
  | 'elu'
  | 'selu'
  | 'gelu'
  | 'geluTanh'
  | 'silu'
  | 'softplus'
  | 'softsign'
  | 'exp'
  | 'log1p';

/** A function applied to each number, and its pullback. */
export interface Elementwise {
  /** `a[i] = f(z[i])` for `i < length`; `a` may be `z`. */
  forward(a: Vector, z: Vector, length: number, parameter?: number): void;
  /** `dz[i] = da[i] f'(z[i])`, from `z` or from `a = f(z)`, whichever is cheaper; `dz` may be `da`. */
  gradient(dz: Vector, da: Vector, z: Vector, a: Vector, length: number, parameter?: number): void;
  /** As `gradient`, of `[n, m]`, and `sums[m] = sum over rows of dz[n,m]` in the same pass, to the bit as `columnSums`. */
  gradientAndSums(
    dz: Vector,
    sums: Vector,
    da: Vector,
    z: Vector,
    a: Vector,
    n: number,
    m: number,
    parameter?: number,
  ): void;
}

/** What is made of the numbers of a product while they are in the cache: `out[i] = f(z[i])`, to the bit as by itself. */
export interface Epilogue {
  readonly f: ElementwiseName;
  readonly parameter?: number;
  /** As long as the product. */
  readonly out: Vector;
}

/** Names a sequence of random numbers, 32 bits each half: see `randomKey`. */
export interface RandomKey {
  readonly low: number;
  readonly high: number;
}

/** What normalization is made of: columns or rows of a matrix, brought to mean 0 and variance 1. */
export interface NormalizationKernels {
  /** `out[m] = sum over rows of a[n,m] b[n,m]` */
  columnDots(out: Vector, a: Vector, b: Vector, n: number, m: number): void;
  /** `mean[m]` and `variance[m]` of the columns of `x[n,m]`; the variance is the mean of squares about the mean. Zeros for no rows. */
  columnMoments(mean: Vector, variance: Vector, x: Vector, n: number, m: number): void;
  /** `h[i,:] = (x[i,:] - mean) inverse; a[i,:] = h[i,:] gamma + beta`, column by column. */
  normalizeColumns(
    a: Vector,
    h: Vector,
    x: Vector,
    mean: Vector,
    inverse: Vector,
    gamma: Vector,
    beta: Vector,
    n: number,
    m: number,
  ): void;
  /** `dx[i,:] = factor (da[i,:] - sums / n - h[i,:] dots / n)`: the pullback through the mean and the variance of columns. */
  normalizeColumnsGradient(
    dx: Vector,
    da: Vector,
    h: Vector,
    factor: Vector,
    sums: Vector,
    dots: Vector,
    n: number,
    m: number,
  ): void;
  /**
   * Row by row: `inverse[i] = 1 / sqrt(variance(x[i,:]) + epsilon); h[i,:] = (x[i,:] - mean(x[i,:])) inverse[i]; a[i,:] = h[i,:] gamma +
   * beta`.
   */
  normalizeRows(
    a: Vector,
    h: Vector,
    inverse: Vector,
    x: Vector,
    gamma: Vector,
    beta: Vector,
    epsilon: number,
    n: number,
    m: number,
  ): void;
  /** `g = da[i,:] gamma; dx[i,:] = inverse[i] (g - mean(g) - h[i,:] mean(g h[i,:]))`: the pullback of `normalizeRows`. */
  normalizeRowsGradient(dx: Vector, da: Vector, h: Vector, inverse: Vector, gamma: Vector, n: number, m: number): void;
}

/** Penalties on large weights: updates take `d = g + l2 w + l1 sign(w)` for the gradient. */
export interface PenaltyTerms {
  readonly l2: number;
  readonly l1: number;
}

/**
 * The updates of optimizers: one pass over flat vectors, in which `g` and `d` are as in `PenaltyTerms`. Moments that are not given are not
 * kept; those that would be too small for float32's normal range become 0 in engines of float32. What depends on the step alone is computed by
 * the caller.
 */
export interface UpdateKernels {
  /** `velocity = momentum velocity + take d; w -= rate velocity`; with `nesterov` `d + momentum velocity`, without a velocity `d`, for the latter. */
  sgd(
    w: Vector,
    g: Vector,
    velocity: Vector | undefined,
    length: number,
    terms: PenaltyTerms & {
      readonly rate: number;
      readonly momentum: number;
      readonly take: number;
      readonly nesterov: boolean;
    },
  ): void;
  /**
   * `m = beta1 m + (1 - beta1) d; v = beta2 v + (1 - beta2) d²; w = keep w - rate m / (sqrt(v) / rootCorrection2 + epsilon)`, with
   * `most = max(most, v)` in place of the last `v` where it is given, `rate = learningRate / (1 - beta1^t)` and
   * `rootCorrection2 = sqrt(1 - beta2^t)`.
   */
  adam(
    w: Vector,
    g: Vector,
    m: Vector,
    v: Vector,
    most: Vector | undefined,
    length: number,
    terms: PenaltyTerms & {
      readonly rate: number;
      readonly beta1: number;
      readonly beta2: number;
      readonly epsilon: number;
      readonly rootCorrection2: number;
      readonly keep: number;
    },
  ): void;
  /** As `adam`, but for `w -= (rateOfGradient d + rateOfMean m) / (sqrt(v) / rootCorrection2 + epsilon)`. */
  nadam(
    w: Vector,
    g: Vector,
    m: Vector,
    v: Vector,
    length: number,
    terms: PenaltyTerms & {
      readonly rateOfGradient: number;
      readonly rateOfMean: number;
      readonly beta1: number;
      readonly beta2: number;
      readonly epsilon: number;
      readonly rootCorrection2: number;
    },
  ): void;
  /**
   * `v = decay v + (1 - decay) d²; mean = decay mean + (1 - decay) d; u = d / (sqrt(v - mean²) + epsilon); velocity = momentum velocity + u;
   * w -= rate velocity`; without a mean it is 0, without a velocity `u` is taken.
   */
  rmsProp(
    w: Vector,
    g: Vector,
    v: Vector,
    mean: Vector | undefined,
    velocity: Vector | undefined,
    length: number,
    terms: PenaltyTerms & {
      readonly rate: number;
      readonly decay: number;
      readonly epsilon: number;
      readonly momentum: number;
    },
  ): void;
  /** `sum += d²; w -= rate d / (sqrt(sum) + epsilon)` */
  adagrad(
    w: Vector,
    g: Vector,
    sum: Vector,
    length: number,
    terms: PenaltyTerms & { readonly rate: number; readonly epsilon: number },
  ): void;
  /** `w = keep w - rate sign(beta1 m + (1 - beta1) d); m = beta2 m + (1 - beta2) d` */
  lion(
    w: Vector,
    g: Vector,
    m: Vector,
    length: number,
    terms: PenaltyTerms & {
      readonly rate: number;
      readonly beta1: number;
      readonly beta2: number;
      readonly keep: number;
    },
  ): void;
  /** `average += take (w - average)` */
  follow(average: Vector, w: Vector, length: number, take: number): void;
}

/** Losses of logits that are not weighted: each sets the gradient of the mean loss and gives the sum of the losses, accumulated in float64. */
export interface LossKernels {
  /** `dz[i,c] = (softmax(z[i,:])[c] - [c = y[i]]) / n`; the sum of `-log softmax(z[i,:])[y[i]]`. Each `y[i]` is the number of a column. */
  crossEntropy(dz: Vector, z: Vector, y: Vector, n: number, m: number): number;
  /** `dz[i] = (sigmoid(z[i]) - y[i]) / length`; the sum of `max(z, 0) - z y + log(1 + exp(-|z|))`. */
  binaryCrossEntropy(dz: Vector, z: Vector, y: Vector, length: number): number;
}

/**
 * The small set of operations that layers, losses and optimizers are written in. Nothing here allocates; every array
 * was taken from the same engine. Sizes of zero are allowed and do nothing (a product over k = 0 gives zeros, or the bias).
 */
export interface Kernels extends NormalizationKernels, LossKernels, UpdateKernels {
  /** `out[n,m] = a[n,k] b[k,m] + bias[m]`; zeros for a bias that is not given; and a function of each number, where `then` is given. */
  matmul(out: Vector, a: Vector, b: Vector, n: number, k: number, m: number, bias?: Vector, then?: Epilogue): void;
  /** `out[n,m] = a[n,k] b[m,k]ᵀ` */
  matmulTransposeB(out: Vector, a: Vector, b: Vector, n: number, k: number, m: number): void;
  /** `out[n,m] = a[k,n]ᵀ b[k,m]` */
  matmulTransposeA(out: Vector, a: Vector, b: Vector, n: number, k: number, m: number): void;
  /** `out[m] = sum over rows of a[n,m]` */
  columnSums(out: Vector, a: Vector, n: number, m: number): void;
  /** Activations and the functions under them, by name. */
  readonly elementwise: Readonly<Record<ElementwiseName, Elementwise>>;
  /** `a[i,:] = z[i,:]` where positive, `slope z[i,:]` elsewhere; a slope for each column. */
  prelu(a: Vector, z: Vector, slope: Vector, n: number, m: number): void;
  /** `dz[i,:] = da[i,:] (z[i,:] > 0 ? 1 : slope); dSlope = sum over rows of da min(z, 0)` */
  preluGradient(dz: Vector, dSlope: Vector, da: Vector, z: Vector, slope: Vector, n: number, m: number): void;
  /**
   * `out[i] = factor x[i]`, or 0 where the `i`th random number of the key is below `threshold`; of 32 bits, both. The same key drops the
   * same numbers in every engine.
   */
  dropout(out: Vector, x: Vector, length: number, key: RandomKey, threshold: number, factor: number): void;
  /** `out[i] = a[i] + b[i]`; `out` may be `a` or `b`. */
  add(out: Vector, a: Vector, b: Vector, length: number): void;
  /** `out[i, to : to+width] = x[i, from : from+width]`; rows of `out` and `x` have `outStride` and `xStride` numbers. */
  copyColumns(
    out: Vector,
    outStride: number,
    to: number,
    x: Vector,
    xStride: number,
    from: number,
    n: number,
    width: number,
  ): void;
  /** `out[i, at : at+width] = table[indices[i], :]`; `out` has `stride` numbers a row. */
  gatherRows(
    out: Vector,
    stride: number,
    at: number,
    table: Vector,
    indices: Int32Array,
    n: number,
    width: number,
  ): void;
  /** `table[indices[i], :] += rows[i, at : at+width]`; `rows` has `stride` numbers a row. */
  scatterAddRows(
    table: Vector,
    rows: Vector,
    stride: number,
    at: number,
    indices: Int32Array,
    n: number,
    width: number,
  ): void;
  /** `out[i,:] = exp(z[i,:]) / sum(exp(z[i,:]))`, row by row, without overflow; `out` may be `z`. */
  softmax(out: Vector, z: Vector, n: number, m: number): void;
  /** `sum(a[i]²)`, accumulated in float64. */
  sumOfSquares(a: Vector, length: number): number;
  /** `a[i] *= factor` */
  scale(a: Vector, length: number, factor: number): void;
  /** `a[i] = value` */
  fill(a: Vector, length: number, value: number): void;
  /** `a[i] = max(-limit, min(limit, a[i]))`; NaN stays. */
  clip(a: Vector, length: number, limit: number): void;
}

/**
 * `reference`: float64 in plain TypeScript, the oracle; `wasm`: float32 SIMD, fused multiply-add where the runtime has it;
 * `wasm-strict`: the same without fusing, bit-identical on every machine; `blas`: as `wasm`, with large products made by the system's
 * BLAS.
 */
export type EngineName = 'reference' | 'wasm' | 'wasm-strict' | 'blas';

/** Where the numbers live, and what is done with them. */
export interface Engine {
  readonly name: EngineName;
  /** What the engine is in detail, for people: `float32, SIMD relaxed`. */
  readonly detail: string;
  /** The system's library that results depend on to the bit, where there is one: `OpenBLAS 0.3.21 Zen, 1 thread`. */
  readonly library?: string;
  /** Why it is not the engine that was asked for, or not the fastest there is; one line for logs. */
  readonly note?: string;
  readonly kernels: Kernels;
  /** Called when kernels are done for now and other code goes on: what they leave in the processor may slow it down. Not needed when absent. */
  readonly settle?: () => void;
  /** Takes `length` zeros in engine memory, 16-byte aligned, for the life of the engine. Do it before the first step. */
  vector(length: number): Vector;
  /** Takes `length` integer zeros in engine memory, for the life of the engine. */
  indices(length: number): Int32Array;
}

// ── source ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A place in a source, opaque to all but that source; plain JSON. `null` is its beginning. */
export type Cursor = Json;

/** A record batch and its place: `open({ from: cursor })` begins with the first row of `records`. */
export interface Batch {
  readonly records: RecordBatch;
  readonly cursor: Cursor;
  /** The rows of `records` that are meant, ascending; all of them when absent. */
  readonly selected?: Uint32Array;
  /** Rows that were to be in `selected` and cannot be used; none when absent. */
  readonly refused?: readonly BadRow[];
  /** Where the rows of `records` stand; unknown when absent. */
  readonly origin?: RowOrigin;
  /** Whether the source has given its rows before: they are not counted, nor told of, again. */
  readonly isRepeated?: boolean;
  /** Gives the memory of `records` back, of which nobody looks at anything any more; absent where others hold it, too. */
  release?(): void;
}

/** Where the rows of a record batch stand, for people. */
export interface RowOrigin {
  /** The path of their file, or the name of their source where there is none. */
  readonly file: string;
  /** The number in that file of a row of the record batch, from 0; rows that cannot be used count. */
  row(at: number): number;
  /** The byte of the text, decompressed and as UTF-8, at which it begins; where the format is text. */
  byte?(at: number): number;
}

/** A row that cannot be used, why, and where it is to be found. */
export interface BadRow extends BadRowContent {
  /** The row of its record batch that it is or would have been. */
  readonly at: number;
  /** As in `RowOrigin`, and the number that `row` gives. */
  readonly file: string;
  readonly row: number;
  readonly byte?: number;
  /** What was expected and what came, in one sentence without a full stop. */
  readonly reason: string;
}

/** What stands in a row that cannot be used: one of these. */
export interface BadRowContent {
  /** Its text without the line end, 64 KiB of it at the most. */
  readonly text?: string;
  /** The same where it is not in UTF-8: its bytes, in base64. */
  readonly base64?: string;
  /** Its values in the columns that are read or derived, where it is not text. */
  readonly values?: { readonly [column: string]: Json };
}

export interface OpenOptions {
  /** Ends the reading within a second, also while waiting for data. */
  readonly signal: AbortSignal;
  /** Where to begin; the source's beginning by default. */
  readonly from?: Cursor;
  /** The only columns that are read, in this order; all by default. */
  readonly columns?: readonly string[];
  /**
   * What becomes of a row that cannot be read: the error that says so, or a place in `refused` of its record batch.
   * @default 'throw'
   */
  readonly badRows?: 'throw' | 'return';
}

/** Rows whose number in a column is above `after` and at most `until`. Points in time are milliseconds since 1970 UTC. */
export interface ColumnRange {
  readonly column: string;
  /** May be -Infinity. */
  readonly after: number;
  /** May be Infinity. */
  readonly until: number;
}

/** Bytes to record batches. Lazy; the same source opened twice gives the same rows in the same order. */
export interface Source {
  /** The format and the place, as in an error: `parquet data/flights.parquet`. */
  readonly name: string;
  /** Whether it has no end, so that it is not read through before training. */
  readonly unbounded?: boolean;
  /** Whether its rows can be had only once, as those of a pipe: not for another epoch, nor after a break. */
  readonly once?: boolean;
  /** The columns there are, without reading rows. */
  schema(signal?: AbortSignal): Promise<Schema>;
  /** The number of rows, or undefined where only reading would tell. */
  rows(signal?: AbortSignal): Promise<number | undefined>;
  /** Changes when the content does: sizes, footers, hashes. Never a path alone, nor a time. */
  fingerprint(signal?: AbortSignal): Promise<Json>;
  open(options: OpenOptions): AsyncIterable<Batch>;
  /**
   * As `open`, but record batches may be left out in which no row is in the range, as far as that is known without reading them. The
   * others come whole, cut and with cursors as from `open`: who asks must still select. Absent where nothing can be known.
   */
  openRange?(range: ColumnRange, options: OpenOptions): AsyncIterable<Batch>;
}

// ── preprocess, batch ────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * What one word (four bytes) or run of words in an encoded row stands for:
 *
 * - `numbers`: `count` float32 words, for columns `column ...` of x
 * - `oneHot`: an int32 code below `size`; puts a 1 in column `column + code` of x
 * - `embedding`: an int32 code below `size`; that row of a learned table goes to columns `column ... column + width` of x
 * - `target`: a float32 word that is y: a number, 0 or 1, or the number of a class
 * - `weight`: a float32 word: how much the row counts in the loss
 */
export type Field = NumbersField | OneHotField | EmbeddingField | TargetField | WeightField;

interface FieldPlace {
  /** The feature or target it comes from. */
  readonly name: string;
  /** The first word in the row. */
  readonly word: number;
}
export interface NumbersField extends FieldPlace {
  readonly kind: 'numbers';
  readonly column: number;
  readonly count: number;
}
export interface OneHotField extends FieldPlace {
  readonly kind: 'oneHot';
  readonly column: number;
  readonly size: number;
}
export interface EmbeddingField extends FieldPlace {
  readonly kind: 'embedding';
  readonly column: number;
  readonly size: number;
  readonly width: number;
}
export interface TargetField extends FieldPlace {
  readonly kind: 'target';
}
export interface WeightField extends FieldPlace {
  readonly kind: 'weight';
}

/** How a row is laid out in words, and how wide the network's input is. */
export interface RowLayout {
  readonly words: number;
  /** Columns of x: numbers and one-hots first, embeddings after them. */
  readonly width: number;
  readonly fields: readonly Field[];
}

/** Rows in a segment: a power of two, so that a row's segment is a shift away. */
export const SEGMENT_SHIFT = 16;
export const SEGMENT_ROWS = 1 << SEGMENT_SHIFT;

/**
 * Encoded rows: typed arrays of `SEGMENT_ROWS` rows each (the last may be shorter), row-major, `layout.words` words a row.
 * Float and integer words share the bytes: `new Int32Array(segment.buffer, segment.byteOffset, segment.length)`.
 */
export interface Rows {
  readonly layout: RowLayout;
  readonly length: number;
  readonly segments: readonly Float32Array[];
  /** The order in which the rows are given out: `order[i]` is a row. Ascending when absent. */
  readonly order?: Uint32Array;
  /** Where the first row of these stands. */
  readonly place: Place;
  /**
   * Gives the memory back, to be used for rows to come: nobody may look at these any more. They belong to whoever gets them where it is
   * absent.
   */
  readonly release?: () => void;
}

/** Where a window of rows begins in the stream of an epoch. */
export interface Place {
  readonly epoch: number;
  /** The number of the window in the epoch, from 0; names its permutation. */
  readonly window: number;
  /** The source's cursor of the record batch in which the window begins. */
  readonly cursor: Cursor;
  /** Selected rows of that record batch which belong to earlier windows. */
  readonly skip: number;
}

/**
 * Where training stands: rows of the window that have been trained on. It rides with the rows, so that a checkpoint at any
 * step knows its place and an operator need not be asked for its state.
 */
export interface Position extends Place {
  readonly offset: number;
}

/** `n` rows in engine memory. The arrays are borrowed: valid until the next mini-batch. */
export interface MiniBatch {
  readonly kind: 'step';
  readonly epoch: number;
  readonly n: number;
  /** `[n, layout.width]`; the columns of embeddings are filled by the network. */
  readonly x: Vector;
  /** One `[n]` of codes for each embedding, in the order of the layout. */
  readonly codes: readonly Int32Array[];
  /** `[n]` numbers, zeros and ones, or numbers of classes. */
  readonly y: Vector;
  /** `[n]`: what each row counts for in the loss, at least 0; all alike when absent. */
  readonly weights?: Vector;
  /** The place after the last of these rows. */
  readonly position: Position;
}

// ── network, loss, optimizer: see the rooms' own files for Layer, Initializer, Loss, Optimizer ──────────────────────────

/** Where one parameter lies in the flat vector. */
export interface ParameterPlace {
  /** Layer and name: `2.dense.w`. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly length: number;
}

// ── train: each stage adds its field, so that the type says what has happened ────────────────────────────────────────

export interface Forwarded extends MiniBatch {
  /** The network's output `[n, outputs]`: predictions, or logits. */
  readonly output: Vector;
  readonly outputs: number;
}

export interface Scored extends Forwarded {
  /** Mean loss of the rows. */
  readonly loss: number;
  /** dL/doutput `[n, outputs]`. */
  readonly dOutput: Vector;
}

export interface Differentiated extends Scored {
  /** dL/dparameters, flat. */
  readonly gradient: Vector;
  /** The Euclidean norm of `gradient` as it came, before anything was clipped. */
  readonly gradientNorm: number;
  /** Rows that `loss` and `gradient` are the mean of: `n`, or those of all mini-batches that were accumulated. */
  readonly gradientRows: number;
}

/** One step of training, done. */
export interface Step extends Differentiated {
  /** The number of this update, from 1, over all epochs and resumes. */
  readonly step: number;
  /** Rows trained on so far, over all epochs and resumes. */
  readonly rows: number;
  readonly learningRate: number;
}

/** Milliseconds of a run, by what they went into. */
export interface Spending {
  /** Everything was worked off and no data had come: reading and decoding. */
  readonly waitMs: number;
  /** From a record batch to the update. */
  readonly computeMs: number;
  /** Sinks that asked to be waited for were not done. */
  readonly sinkMs: number;
}

/** What most of the time goes into: faster reading, training or sinks would make the run faster. */
export type Bottleneck = 'reading' | 'training' | 'sinks';

/** What has happened since the last report. */
export interface Report extends Spending {
  readonly kind: 'report';
  readonly step: number;
  readonly epoch: number;
  readonly rows: number;
  /** Mean loss of the rows since the last report. */
  readonly loss: number;
  readonly rowsPerSecond: number;
  readonly learningRate: number;
  readonly gradientNorm: number;
  /** Record batches pulled from the source and not yet consumed. */
  readonly inFlight: number;
  /** Of the time since the last report. */
  readonly bottleneck: Bottleneck;
  /** Resident memory of the process in bytes. */
  readonly memoryBytes: number;
  /** Values replaced because they were missing, and categories that fitting had not seen, since the run began. */
  readonly missing: number;
  readonly unseen: number;
  /** Rows that were left out since they cannot be used; each counts once, in the first epoch. */
  readonly badRows: number;
}

/** The metrics of the validation side after an epoch. */
export interface Validation {
  readonly kind: 'validation';
  readonly step: number;
  readonly epoch: number;
  readonly rows: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** The same metrics of the best constant prediction. */
  readonly baseline: Readonly<Record<string, number>>;
}

/** What can be wrong with a run although its numbers are finite; each has a file in `train/health`. */
export type Illness =
  | 'saturation'
  | 'deadUnits'
  | 'vanishingGradient'
  | 'explodingGradient'
  | 'copiedUnits'
  | 'smallUpdates'
  | 'largeUpdates'
  | 'shrinkingActivations'
  | 'growingActivations'
  | 'featureRange'
  | 'orderedStream';

/** Something wrong with a run: where, how much, and what to try. Told once in each place until it heals. */
export interface Finding {
  readonly kind: 'finding';
  readonly step: number;
  readonly epoch: number;
  readonly illness: Illness;
  /** The layer's name, `2.relu`, where it is one layer's. */
  readonly layer?: string;
  /** The feature's name, where it is one feature's. */
  readonly feature?: string;
  readonly measured: number;
  /** What `measured` is in a healthy run, for people. */
  readonly expected: string;
  /** Where and what, in one sentence without a full stop. */
  readonly message: string;
  /** What to try, in one sentence without a full stop. */
  readonly advice: string;
}

/** What flows out of a training run. */
export type TrainingEvent = Step | Report | Validation | Finding;

// ── checkpoint, sink ─────────────────────────────────────────────────────────────────────────────────────────────────

/** A named array of a checkpoint. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | Int32Array | Uint8Array;
}

/** All that a run needs to go on. Its arrays are copies: they stay as they are. */
export interface Snapshot {
  readonly tensors: Readonly<Record<string, Tensor>>;
  /** Counters, place, description of the pipeline, frozen preprocessing: plain JSON. */
  readonly state: { readonly [key: string]: Json };
}

/** How a run came to its end. */
export type Outcome =
  | { readonly kind: 'completed' }
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'failed'; readonly error: unknown };

/** What a sink may know of the run it serves. */
export interface Run {
  readonly name: string;
  /** Folder for what the run writes; exists. */
  readonly directory: string;
  readonly engine: string;
  /** Rows to train on in all epochs, where the source can tell. */
  readonly totalRows: number | undefined;
  readonly resumedAt: number | undefined;
  /** A copy of all that is needed to go on after the last step. */
  snapshot(): Snapshot;
  /** One line for people and logs. */
  log(level: 'info' | 'warn' | 'error', message: string, details?: { readonly [key: string]: Json }): void;
}

/** A place for events. Every sink sees every event in order, once. */
export interface Sink {
  readonly name: string;
  /** What an error in this sink does to the run: `stop` ends it, `log` goes on without the sink. */
  readonly onError: 'stop' | 'log';
  /**
   * What becomes of an event that comes while the sink still works on one before: the run waits for the sink, or the sink does not get the
   * event, which is counted. Dropping is for sinks that a run can do without: with `onError: 'stop'` it is refused. Such a sink copies
   * the arrays that it needs after `write` has returned.
   * @default 'wait'
   */
  readonly whenBusy?: 'wait' | 'drop';
  /**
   * Milliseconds that it may take to open, to work off what it has when the run ends, and to close, each; a positive number, at most
   * 2147483647. Then it has failed. While the run goes on it may take longer, and the log says so.
   * @default 30000
   */
  readonly limitMs?: number;
  open(run: Run): SinkWriter | Promise<SinkWriter>;
}

export interface SinkWriter {
  /** Called synchronously; a promise holds the stream back until it is settled. Arrays are borrowed. */
  write(event: TrainingEvent): void | Promise<void>;
  /** Called once, whatever the end; what was written is durable when it is settled. */
  close(outcome: Outcome): void | Promise<void>;
}

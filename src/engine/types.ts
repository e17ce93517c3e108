import type { ElementwiseName } from './reference/referenceElementwise.ts';
import type { Updates } from './reference/referenceUpdates.ts';

/** Numbers in engine memory: float64 in the reference engine, float32 in the others. Matrices are row-major. */
export type Vector = Float32Array | Float64Array;

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
export interface Kernels extends NormalizationKernels, LossKernels {
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
  /** The updates of optimizers, by name. */
  readonly update: Updates;
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
  /** Takes `length` zeros in engine memory, 16-byte aligned, until they are released. Do it before the first step. */
  vector(length: number): Vector;
  /** Takes `length` integer zeros in engine memory, until they are released. */
  indices(length: number): Int32Array;
  /** How many numbers more can be had at the most; unknown when absent. */
  room?(): number;
  /**
   * Gives back what `vector` or `indices` gave: nobody may look at it any more. Memory that is not released is the engine's for its life.
   * @throws MillraceError where it is not a whole array of this engine that is in use
   */
  release(array: Vector | Int32Array): void;
}

/** An engine that remembers what was taken from it, to give it back all at once: see `openScope`. */
export interface EngineScope extends Engine {
  /** Gives back all arrays that were taken here and are still in use. */
  close(): void;
}

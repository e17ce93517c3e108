/** What the compiled kernels export. Every array is a byte offset in their memory. */
export interface KernelExports {
  heapBase(): number;
  scratchBytes(): number;
  useWideTiles(wide: boolean): void;
  useSmallKernels(has: boolean): void;
  help(scratch: number): void;
  helped(): number;
  helpers(): number;
  invite(all: boolean): void;
  /** @param f of an epilogue: its number, or 0 for none; then where its numbers go, and its parameter */
  matmul(
    out: number,
    a: number,
    b: number,
    n: number,
    k: number,
    m: number,
    bias: number,
    f: number,
    then: number,
    parameter: number,
  ): void;
  matmulTransposeB(out: number, a: number, b: number, n: number, k: number, m: number): void;
  matmulTransposeA(out: number, a: number, b: number, n: number, k: number, m: number): void;
  /** @param form 0 plain, 1 with b transposed, 2 with a transposed */
  libraryProduct(
    form: number,
    out: number,
    a: number,
    b: number,
    n: number,
    k: number,
    m: number,
    bias: number,
    f: number,
    then: number,
    parameter: number,
  ): void;
  multiplyAdds(depth: number): number;
  columnSums(out: number, a: number, n: number, m: number): void;
  columnDots(out: number, a: number, b: number, n: number, m: number): void;
  columnMoments(mean: number, variance: number, x: number, n: number, m: number): void;
  normalizeColumns(
    a: number,
    h: number,
    x: number,
    mean: number,
    inverse: number,
    gamma: number,
    beta: number,
    n: number,
    m: number,
  ): void;
  normalizeColumnsGradient(
    dx: number,
    da: number,
    h: number,
    factor: number,
    sums: number,
    dots: number,
    n: number,
    m: number,
  ): void;
  normalizeRows(
    a: number,
    h: number,
    inverse: number,
    x: number,
    gamma: number,
    beta: number,
    epsilon: number,
    n: number,
    m: number,
  ): void;
  normalizeRowsGradient(dx: number, da: number, h: number, inverse: number, gamma: number, n: number, m: number): void;
  /** @param f as `numberOf` gives it */
  elementwise(f: number, a: number, z: number, length: number, parameter: number): void;
  elementwiseGradient(f: number, dz: number, da: number, z: number, a: number, length: number, parameter: number): void;
  elementwiseGradientAndSums(
    f: number,
    dz: number,
    sums: number,
    da: number,
    z: number,
    a: number,
    n: number,
    m: number,
    parameter: number,
  ): void;
  prelu(a: number, z: number, slope: number, n: number, m: number): void;
  preluGradient(dz: number, dSlope: number, da: number, z: number, slope: number, n: number, m: number): void;
  dropout(out: number, x: number, length: number, low: number, high: number, threshold: number, factor: number): void;
  add(out: number, a: number, b: number, length: number): void;
  copyColumns(
    out: number,
    outStride: number,
    to: number,
    x: number,
    xStride: number,
    from: number,
    n: number,
    width: number,
  ): void;
  gatherRows: CompiledRows;
  scatterAddRows: CompiledRows;
  softmax(out: number, z: number, n: number, m: number): void;
  crossEntropy(dz: number, z: number, y: number, n: number, m: number): number;
  binaryCrossEntropy(dz: number, z: number, y: number, length: number): number;
  sumOfSquares(a: number, length: number): number;
  scale(a: number, length: number, factor: number): void;
  fill(a: number, length: number, value: number): void;
  clip(a: number, length: number, limit: number): void;
  sgd(
    w: number,
    g: number,
    velocity: number,
    length: number,
    l2: number,
    l1: number,
    rate: number,
    momentum: number,
    take: number,
    nesterov: number,
  ): void;
  adam(
    w: number,
    g: number,
    m: number,
    v: number,
    most: number,
    length: number,
    l2: number,
    l1: number,
    rate: number,
    beta1: number,
    beta2: number,
    epsilon: number,
    rootCorrection2: number,
    keep: number,
  ): void;
  nadam(
    w: number,
    g: number,
    m: number,
    v: number,
    length: number,
    l2: number,
    l1: number,
    rateOfGradient: number,
    rateOfMean: number,
    beta1: number,
    beta2: number,
    epsilon: number,
    rootCorrection2: number,
  ): void;
  rmsProp(
    w: number,
    g: number,
    v: number,
    mean: number,
    velocity: number,
    length: number,
    l2: number,
    l1: number,
    rate: number,
    decay: number,
    epsilon: number,
    momentum: number,
  ): void;
  adagrad(
    w: number,
    g: number,
    sum: number,
    length: number,
    l2: number,
    l1: number,
    rate: number,
    epsilon: number,
  ): void;
  lion(
    w: number,
    g: number,
    m: number,
    length: number,
    l2: number,
    l1: number,
    rate: number,
    beta1: number,
    beta2: number,
    keep: number,
  ): void;
  follow(average: number, w: number, length: number, take: number): void;
}

/** `out, stride, at, table, indices, n, width` to gather, `table, rows, stride, at, indices, n, width` to scatter. */
export type CompiledRows = (
  first: number,
  second: number,
  third: number,
  fourth: number,
  indices: number,
  n: number,
  width: number,
) => void;

/** What the compiled kernels export. Every array is a byte offset in their memory. */
export interface KernelExports {
  heapBase(): number;
  matmul(out: number, a: number, b: number, n: number, k: number, m: number, bias: number): void;
  matmulTransposeB(out: number, a: number, b: number, n: number, k: number, m: number): void;
  matmulTransposeA(out: number, a: number, b: number, n: number, k: number, m: number): void;
  columnSums(out: number, a: number, n: number, m: number): void;
  sigmoid: CompiledForward;
  sigmoidGradient: CompiledGradient;
  tanh: CompiledForward;
  tanhGradient: CompiledGradient;
  relu: CompiledForward;
  reluGradient: CompiledGradient;
  exp: CompiledForward;
  expGradient: CompiledGradient;
  log1p: CompiledForward;
  log1pGradient: CompiledGradient;
  gatherRows: CompiledRows;
  scatterAddRows: CompiledRows;
  softmax(out: number, z: number, n: number, m: number): void;
  sumOfSquares(a: number, length: number): number;
  scale(a: number, length: number, factor: number): void;
  fill(a: number, length: number, value: number): void;
  sgd(w: number, g: number, length: number, learningRate: number): void;
  adam(
    w: number,
    g: number,
    m: number,
    v: number,
    length: number,
    rate: number,
    beta1: number,
    beta2: number,
    epsilon: number,
    rootCorrection2: number,
  ): void;
}

export type CompiledForward = (a: number, z: number, length: number, parameter: number) => void;

export type CompiledGradient = (
  dz: number,
  da: number,
  z: number,
  a: number,
  length: number,
  parameter: number,
) => void;

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

/**
 * The kernels in float32, compiled to WebAssembly. Arguments are byte offsets in the shared memory, lengths and steps count numbers.
 * Nothing is checked here, and 64 bytes past the end of every array may be read.
 */

export {
  exp,
  expGradient,
  log1p,
  log1pGradient,
  relu,
  reluGradient,
  sigmoid,
  sigmoidGradient,
  tanh,
  tanhGradient,
} from './elementwise';
export { matmul, matmulTransposeA, matmulTransposeB } from './matmul';
export { columnSums, gatherRows, scatterAddRows, softmax } from './rows';
export { heapBase } from './scratch';
export { adam, fill, scale, sgd, sumOfSquares } from './update';

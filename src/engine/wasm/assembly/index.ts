/**
 * The kernels in float32, compiled to WebAssembly. Arguments are byte offsets in the shared memory, lengths and steps count numbers.
 * Nothing is checked here, and 64 bytes past the end of every array may be read.
 */

// Those that have no file are written when the kernels are compiled.
export * from './elementwise';
export { clip, fill, scale } from './flat';
export { add, copyColumns, dropout, prelu, preluGradient } from './layers';
export { useSmallKernels } from './library';
export { binaryCrossEntropy, crossEntropy } from './losses';
export {
  columnDots,
  columnMoments,
  normalizeColumns,
  normalizeColumnsGradient,
  normalizeRows,
  normalizeRowsGradient,
} from './normalization';
export { multiplyAdds } from './peak';
export {
  libraryProduct,
  matmul,
  matmulTransposeA,
  matmulTransposeB,
} from './products';
export { columnSums, elementwiseGradientAndSums, gatherRows, scatterAddRows, softmax } from './rows';
export { heapBase, scratchBytes, useWideTiles } from './scratch';
export { sumOfSquares, update } from './tasks';
export { help, helped, helpers, invite } from './threads';

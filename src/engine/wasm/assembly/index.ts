/**
 * The kernels in float32, compiled to WebAssembly. Arguments are byte offsets in the shared memory, lengths and steps count numbers.
 * Nothing is checked here, and 64 bytes past the end of every array may be read.
 */

export {
	elementwise,
	elementwiseGradient,
	elu,
	eluGradient,
	exp,
	expGradient,
	gelu,
	geluGradient,
	geluTanh,
	geluTanhGradient,
	leakyRelu,
	leakyReluGradient,
	log1p,
	log1pGradient,
	relu,
	reluGradient,
	selu,
	seluGradient,
	sigmoid,
	sigmoidGradient,
	silu,
	siluGradient,
	softplus,
	softplusGradient,
	softsign,
	softsignGradient,
	tanh,
	tanhGradient,
} from "./elementwise";
export { add, copyColumns, dropout, prelu, preluGradient } from "./layers";
export {
	columnDots,
	columnMoments,
	normalizeColumns,
	normalizeColumnsGradient,
	normalizeRows,
	normalizeRowsGradient,
} from "./normalization";
export { useSmallKernels } from "./library";
export { binaryCrossEntropy, crossEntropy } from "./losses";
export { multiplyAdds } from "./peak";
export {
	libraryProduct,
	matmul,
	matmulTransposeA,
	matmulTransposeB,
} from "./products";
export { columnSums, elementwiseGradientAndSums, gatherRows, scatterAddRows, softmax } from "./rows";
export { heapBase, scratchBytes, useWideTiles } from "./scratch";
export {
	adagrad,
	adam,
	follow,
	lion,
	nadam,
	rmsProp,
	sgd,
	sumOfSquares,
} from "./tasks";
export { help, helped, helpers, invite } from "./threads";
export { clip, fill, scale } from "./flat";

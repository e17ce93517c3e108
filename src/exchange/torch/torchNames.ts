/** The names that PyTorch has for parameters and buffers of layers. */
const names: Readonly<Record<string, string>> = {
  w: 'weight',
  b: 'bias',
  gamma: 'weight',
  beta: 'bias',
  slope: 'weight',
  mean: 'running_mean',
  variance: 'running_var',
};

/**
 * What PyTorch calls a parameter of a network in `nn.Sequential`, whose layers count from 0.
 *
 * @param name as a checkpoint has it; layers within a layer are modules within a module
 * @example torchName('1.dense.w') //=> '0.weight'
 * @example torchName('2.branches.1.3.batchNorm.mean') //=> '1.0.2.running_mean'
 */
export function torchName(name: string): string {
  const parts = name.split('.');
  const numbers = parts.filter((part) => /^\d+$/.test(part)).map((part) => Number(part) - 1);
  const last = parts.at(-1) as string;
  return [...numbers, Object.hasOwn(names, last) ? names[last] : last].join('.');
}

/** Whether PyTorch has the transpose of it: the weights of a dense layer. */
export function isTransposed(name: string): boolean {
  return name.endsWith('.dense.w');
}

/** The transpose of a matrix. */
export function transpose<T extends { readonly shape: readonly number[]; readonly data: ArrayLike<number> }>({
  shape: [rows, columns],
  data,
}: T): { readonly shape: readonly number[]; readonly data: Float32Array } {
  const out = new Float32Array(data.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = data[i * columns + j];
  return { shape: [columns, rows], data: out };
}

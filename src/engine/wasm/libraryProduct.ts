import type { Sgemm } from '../blas/sgemm.ts';

/** What the kernels call for a part of a product that a library makes. Matrices are byte offsets in their memory. */
export type LibraryProduct = (
  form: number,
  n: number,
  k: number,
  m: number,
  a: number,
  aStep: number,
  b: number,
  bStep: number,
  beta: number,
  out: number,
  outStep: number,
) => void;

/** @param base the address of the memory's first byte */
export function libraryProduct(sgemm: Sgemm, base: number): LibraryProduct {
  return (form, n, k, m, a, aStep, b, bStep, beta, out, outStep) => {
    sgemm(form === 2, form === 1, n, m, k, base + a, aStep, base + b, bStep, beta, base + out, outStep);
  };
}

/** Where there is no library, the kernels do not ask for one. */
export const noLibrary: LibraryProduct = () => {
  throw new Error('no library');
};

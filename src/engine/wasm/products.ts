import type { Epilogue, Kernels, Vector } from '../types.ts';
import type { Helpers } from './helpers.ts';
import type { KernelExports } from './kernelExports.ts';
import { isLarge, type ProductLibrary } from './productLibrary.ts';
import { numberOf } from './wasmElementwise.ts';
import type { WasmMemory } from './wasmMemory.ts';

/** Multiplications in a product that is worth sharing. */
const SHARED = 2 ** 18;

/** Stands for no function after a product. */
const NONE = 0;

/** Forms of a product, as the kernels number them: plain, with b transposed, with a transposed. */
const [PLAIN, TRANSPOSE_B, TRANSPOSE_A] = [0, 1, 2];

/** Products over arrays, from those over byte offsets: shared with the helpers, and large ones made by the library where there is one. */
export function productsOf(
  compiled: KernelExports,
  { offsetOf }: Pick<WasmMemory, 'offsetOf'>,
  helpers: Helpers,
  library?: ProductLibrary,
): Pick<Kernels, 'matmul' | 'matmulTransposeB' | 'matmulTransposeA'> {
  function product(
    form: number,
    out: Vector,
    a: Vector,
    b: Vector,
    n: number,
    k: number,
    m: number,
    bias?: Vector,
    then?: Epilogue,
  ): void {
    const outAt = offsetOf(out);
    const aAt = offsetOf(a);
    const bAt = offsetOf(b);
    const biasAt = bias ? offsetOf(bias) : 0;
    const f = then ? numberOf(then.f) : NONE;
    const thenAt = then ? offsetOf(then.out) : 0;
    const parameter = then?.parameter ?? 0;
    const work = n * k * m;
    if (work >= SHARED) helpers.begin();
    if (library && isLarge(n, k, m, form === TRANSPOSE_A)) {
      compiled.libraryProduct(form, outAt, aAt, bAt, n, k, m, biasAt, f, thenAt, parameter);
    } else if (form === PLAIN) compiled.matmul(outAt, aAt, bAt, n, k, m, biasAt, f, thenAt, parameter);
    else if (form === TRANSPOSE_B) compiled.matmulTransposeB(outAt, aAt, bAt, n, k, m);
    else compiled.matmulTransposeA(outAt, aAt, bAt, n, k, m);
    if (work >= SHARED) helpers.end(work);
  }
  return {
    matmul: (out, a, b, n, k, m, bias, then) => product(PLAIN, out, a, b, n, k, m, bias, then),
    matmulTransposeB: (out, a, b, n, k, m) => product(TRANSPOSE_B, out, a, b, n, k, m),
    matmulTransposeA: (out, a, b, n, k, m) => product(TRANSPOSE_A, out, a, b, n, k, m),
  };
}

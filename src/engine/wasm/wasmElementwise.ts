import { type ElementwiseName, elementwiseNames } from '../reference/referenceElementwise.ts';
import type { Elementwise } from '../types.ts';
import type { KernelExports } from './kernelExports.ts';
import type { WasmMemory } from './wasmMemory.ts';

/** What the compiled kernels call a function; 0 stands for none. */
export function numberOf(f: ElementwiseName): number {
  return elementwiseNames.indexOf(f) + 1;
}

/** Functions of each number over arrays, from those over byte offsets. */
export function wasmElementwise(
  compiled: KernelExports,
  { offsetOf }: Pick<WasmMemory, 'offsetOf'>,
): Record<ElementwiseName, Elementwise> {
  const functions = elementwiseNames.map((name): [ElementwiseName, Elementwise] => {
    const f = numberOf(name);
    const kernel: Elementwise = {
      forward(a, z, length, parameter = 0) {
        compiled.elementwise(f, offsetOf(a), offsetOf(z), length, parameter);
      },
      gradient(dz, da, z, a, length, parameter = 0) {
        compiled.elementwiseGradient(f, offsetOf(dz), offsetOf(da), offsetOf(z), offsetOf(a), length, parameter);
      },
      gradientAndSums(dz, sums, da, z, a, n, m, parameter = 0) {
        compiled.elementwiseGradientAndSums(
          f,
          offsetOf(dz),
          offsetOf(sums),
          offsetOf(da),
          offsetOf(z),
          offsetOf(a),
          n,
          m,
          parameter,
        );
      },
    };
    return [name, kernel];
  });
  return Object.fromEntries(functions) as Record<ElementwiseName, Elementwise>;
}

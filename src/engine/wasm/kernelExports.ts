import type { Kernels, Vector } from '../types.ts';

/** A kernel as it is compiled: every array is a byte offset in the kernels' memory. */
type Compiled<Kernel> = Kernel extends (...given: infer Given) => infer Result
  ? (
      ...given: {
        [Place in keyof Given]-?: Given[Place] extends Vector | Int32Array | undefined ? number : Given[Place];
      }
    ) => Result
  : never;

/** Kernels whose compiled form takes what they take, and nothing else. */
type Plain = Exclude<keyof Kernels, 'matmul' | 'elementwise' | 'update' | 'dropout'>;

/** What the compiled kernels export. */
export interface KernelExports extends Readonly<{ [Name in Plain]: Compiled<Kernels[Name]> }> {
  heapBase(): number;
  scratchBytes(): number;
  useWideTiles(wide: boolean): void;
  useSmallKernels(has: boolean): void;
  help(scratch: number): void;
  helped(): number;
  helpers(): number;
  invite(all: boolean): void;
  multiplyAdds(depth: number): number;
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
  dropout(out: number, x: number, length: number, low: number, high: number, threshold: number, factor: number): void;
  /** Makes the update of a number, as `updateNames` has them. @param given its vectors, up to five, and its numbers, up to eight; 0 for none */
  update(number: number, length: number, ...given: readonly number[]): void;
}

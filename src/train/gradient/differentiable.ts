import type { Vector } from '../../engine/types.ts';

/** An array that a number depends on, and what is claimed to be the number's derivative. */
export interface DifferentiablePart {
  /** `input`, `output`, or a parameter's name. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Read and written: the number follows. */
  readonly values: Vector;
  /** dnumber/dvalues at the last `differentiate`; undefined where none was given. */
  gradient(): Vector | undefined;
}

/** A number that depends on some arrays, in float64. */
export interface Differentiable {
  readonly parts: readonly DifferentiablePart[];
  value(): number;
  /** Asks for the derivatives at the values as they are. */
  differentiate(): void;
}

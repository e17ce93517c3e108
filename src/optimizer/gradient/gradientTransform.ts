import type { Kernels, Vector } from '../../engine/types.ts';
import type { Json } from '../../json.ts';
import type { ParameterPlace } from '../../network/types.ts';

/** What a transform may use. */
export interface GradientContext {
  readonly kernels: Kernels;
  /** Where the gradient of each parameter lies. */
  readonly places: readonly ParameterPlace[];
}

/** Something that is done to the gradient before the optimizer sees it. Pure but for the gradient; remembers nothing. */
export interface GradientTransform {
  readonly name: string;
  readonly options: { readonly [key: string]: Json };
  /** @param gradient flat, changed in place */
  apply(gradient: Vector, context: GradientContext): void;
}

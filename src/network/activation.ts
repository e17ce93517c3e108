import { elementwise } from '../engine/reference/referenceElementwise.ts';
import type { Json } from '../json.ts';
import { aFunction, flag, made, required, text } from '../options/bounds.ts';
import { checkOptions } from '../options/checkOptions.ts';
import { jsonOptions, rangeBound } from '../options/memberBounds.ts';
import { planElementwise } from './elementwiseLayer.ts';
import type { ActivationFacts, Initializer, Layer } from './layer.ts';
import { observeActivation } from './observeActivation.ts';

/** What an activation is made of. */
export interface ActivationOptions extends Partial<ActivationFacts> {
  /** The layer's kind, for its name and `describe`: `hardTanh`. */
  readonly kind: string;
  /** What it does to each number; pure. */
  f(z: number): number;
  /**
   * The derivative of `f` at `z`. A run holds it to difference quotients before its first step.
   *
   * @param a what `f` gives there, for functions whose derivative is cheaper from it
   */
  derivative(z: number, a: number): number;
  /**
   * The bounds of what it gives; infinite where there is none.
   * @default what `f` gives at numbers from -300 to 300
   */
  readonly range?: readonly [low: number, high: number];
  /**
   * The options in force, where it has some: another one with other options is another layer for `describe` and the hash of a pipeline.
   * @default {}
   */
  readonly options?: { readonly [key: string]: Json };
}

/**
 * An activation of a function of one number and its derivative, in plain loops over the arrays of any engine. Health, the first weights
 * and `describe` treat it like the built-in ones.
 *
 *   a = f(z);  dz = da f'(z)
 *
 * @throws OptionError where an option is missing or unknown
 * @example activation({ kind: 'hardTanh', f: (z) => Math.max(-1, Math.min(1, z)), derivative: (z) => (Math.abs(z) < 1 ? 1 : 0) }).activation.range //=> [-1, 1]
 */
export function activation(options: ActivationOptions): Layer {
  checkOptions<ActivationOptions>('activation', options, {
    kind: required(text('the kind of the layer')),
    f: required(aFunction()),
    derivative: required(aFunction()),
    range: rangeBound,
    rectifies: flag,
    initializer: made<Initializer>('an initializer, as he()', 'fill'),
    options: jsonOptions,
  });
  const { kind, f, derivative, range, rectifies, initializer, options: own = {} } = options;
  const functions = elementwise(f, (da, z, a) => da * derivative(z, a));
  const layer: Layer = { kind, options: own, plan: planElementwise(() => functions) };
  const observed = range ? { range } : observeActivation(layer);
  const said = { ...(rectifies !== undefined && { rectifies }), ...(initializer && { initializer }) };
  if (!observed && Object.keys(said).length === 0) return layer;
  return { ...layer, activation: { range: [-Infinity, Infinity], ...observed, ...said } };
}

import type { Activation } from '../../network/network.ts';
import type { Vector } from '../../types.ts';

/** Layers that are activations: what depth does to variance is read off them. */
const activationKinds: ReadonlySet<string> = new Set([
  'sigmoid',
  'tanh',
  'relu',
  'leakyRelu',
  'prelu',
  'elu',
  'selu',
  'gelu',
  'silu',
  'softplus',
  'softsign',
]);

/** What a hidden activation has given at the last forward pass. */
export interface HiddenActivation {
  readonly layer: string;
  readonly kind: string;
  /** `[n, width]` */
  readonly a: Vector;
  readonly width: number;
}

/** The activations among what the layers gave, but not that of the output, in their order; layers of other kinds are left out. */
export function hiddenActivations(given: readonly Activation[], n: number): readonly HiddenActivation[] {
  const hidden: HiddenActivation[] = [];
  for (let i = 0; i < given.length - 1; i++) {
    const { layer, values: a } = given[i];
    const kind = layer.slice(layer.lastIndexOf('.') + 1);
    if (activationKinds.has(kind)) hidden.push({ layer, kind, a, width: n > 0 ? a.length / n : 0 });
  }
  return hidden;
}

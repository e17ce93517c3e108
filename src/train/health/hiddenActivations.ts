import type { Network } from '../../network/network.ts';
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

/** The activations of a network at the last forward pass, but not that of the output, in its order; layers of other kinds are left out. */
export function hiddenActivations(network: Network, n: number): readonly HiddenActivation[] {
  return network
    .activations()
    .slice(0, -1)
    .flatMap(({ layer, values }) => {
      const kind = layer.slice(layer.lastIndexOf('.') + 1);
      return activationKinds.has(kind) ? [{ layer, kind, a: values, width: n > 0 ? values.length / n : 0 }] : [];
    });
}

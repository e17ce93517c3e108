import type { Vector } from '../../engine/types.ts';
import type { ActivationFacts } from '../../network/layer.ts';
import type { Network } from '../../network/network.ts';

/** What a hidden activation has given at the last forward pass. */
export interface HiddenActivation {
  readonly layer: string;
  readonly facts: ActivationFacts;
  /** `[n, width]` */
  readonly a: Vector;
  readonly width: number;
}

/** The activations among what the layers gave, but not that of the output, in their order; layers of other kinds are left out. */
export function hiddenActivations(network: Network, n: number): readonly HiddenActivation[] {
  const facts = new Map(network.layers.map(({ name, activation }) => [name, activation]));
  return network
    .activations()
    .slice(0, -1)
    .flatMap(({ layer, values: a }) => {
      const known = facts.get(layer);
      return known ? { layer, facts: known, a, width: n > 0 ? a.length / n : 0 } : [];
    });
}

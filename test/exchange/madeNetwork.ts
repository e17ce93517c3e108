import { openEngine } from '../../src/engine/openEngine.ts';
import { randomSequence, uniform } from '../../src/engine/random.ts';
import { importedNetwork, layoutOf } from '../../src/exchange/importedNetwork.ts';
import type { ImportedNetwork } from '../../src/exchange.ts';
import type { Layer } from '../../src/index.ts';
import { compileNetwork } from '../../src/operators.ts';

/** A network of five inputs whose parameters are all different. */
export function made(network: readonly Layer[]): ImportedNetwork {
  const engine = openEngine('reference');
  const { places, bufferPlaces } = compileNetwork({ layers: network, layout: layoutOf(5), engine, batch: 1, seed: 1 });
  const random = randomSequence(4, 'data');
  let next = 0;
  const tensors = [...places, ...bufferPlaces].map(({ name, shape, length }) => {
    const data = Float32Array.from(
      { length },
      () => 0.1 + uniform(random(next++)) / (name.endsWith('w') ? length / 4 : 1),
    );
    return [name, { shape, data }] as const;
  });
  return importedNetwork('made', network, 5, Object.fromEntries(tensors));
}

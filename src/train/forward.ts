import { map, type OperatorFunction } from 'rxjs';
import type { MiniBatch } from '../batch/types.ts';
import { OptionError } from '../errors.ts';
import type { Network } from '../network/network.ts';
import type { Mode } from '../network/types.ts';
import type { Forwarded } from './types.ts';

/** The options of `forward`. */
export interface ForwardOptions<M extends Mode> {
  /**
   * `training` drops units, normalizes by the rows of the mini-batch and remembers their statistics: what `backward` needs.
   * `inference` does none of it, so that a row's output does not depend on other rows or on chance: what predictions need.
   */
  readonly mode: M;
}

/**
 * Runs each mini-batch through the network.
 *
 * The output is borrowed: valid until the next mini-batch.
 * @throws OptionError where `mode` is neither `training` nor `inference`
 * @example batches$.pipe(forward(network, { mode: 'inference' })).subscribe(({ output, n, outputs }) => console.log(output))
 */
export function forward<M extends Mode>(
  network: Network,
  options: ForwardOptions<M>,
): OperatorFunction<MiniBatch, Forwarded<M>> {
  const mode: M | undefined = options?.mode;
  if (mode !== 'training' && mode !== 'inference') {
    throw new OptionError({
      where: 'forward: mode',
      expected: "'training' or 'inference'",
      received: JSON.stringify(mode) ?? 'undefined',
      hint: "Say { mode: 'training' } before lossOf and backward, { mode: 'inference' } to predict",
    });
  }
  const { outputs } = network;
  return map((batch) => ({ ...batch, mode, output: network.forward(batch, mode), outputs }));
}

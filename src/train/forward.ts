import { map, type OperatorFunction } from 'rxjs';
import type { Network } from '../network/network.ts';
import type { Forwarded, MiniBatch } from '../types.ts';

/**
 * Runs each mini-batch through the network, in training mode.
 *
 * The output is borrowed: valid until the next mini-batch.
 */
export function forward(network: Network): OperatorFunction<MiniBatch, Forwarded> {
  const { outputs } = network;
  return map((batch) => ({ ...batch, output: network.forward(batch, 'training'), outputs }));
}

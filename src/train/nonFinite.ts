import type { Vector } from '../engine/types.ts';
import { NumericError } from '../errors.ts';
import type { Network } from '../network/network.ts';

/** Where a run was when its numbers broke down. */
export interface Breakdown {
  readonly step: number;
  readonly loss: number;
  readonly gradientNorm: number;
  readonly learningRate: number;
}

/** The error for a loss or gradient that is not finite: names the first layer where it shows. */
export function nonFinite(network: Network, { step, loss, gradientNorm, learningRate }: Breakdown): NumericError {
  const output = network.activations().find(({ values }) => !allFinite(values));
  // Gradients travel from the last layer to the first.
  const gradient = network.places.findLast(
    ({ offset, length }) => !allFinite(network.gradient.subarray(offset, offset + length)),
  );
  const finiteLoss = Number.isFinite(loss);
  let received = finiteLoss ? `a gradient of norm ${gradientNorm}` : `a loss of ${loss}`;
  if (output) received += `, first in the output of ${output.layer}`;
  else if (gradient) received += `, first in the gradient of ${gradient.name}`;
  return new NumericError({
    where: `training, step ${step}`,
    expected: finiteLoss ? 'a finite gradient' : 'a finite loss',
    received,
    hint:
      output?.layer === 'input'
        ? 'Look for values that are not finite in the features'
        : `Try a learning rate smaller than ${learningRate}, or scale the features and the target`,
  });
}

function allFinite(values: Vector): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false;
  return true;
}

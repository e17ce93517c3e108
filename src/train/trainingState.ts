import { ResumeError } from '../errors.ts';
import type { Network } from '../network/network.ts';
import type { Optimizer } from '../optimizer/optimizer.ts';
import type { Engine, Tensor, Vector } from '../types.ts';

/** A copy of what training has changed. */
export interface TrainingSnapshot {
  /** Parameters by name, `2.dense.w`, and the optimizer's moments of them, `adam.m/2.dense.w`. */
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly counters: { readonly step: number; readonly rows: number };
}

/** What training changes besides the parameters; `update` moves it on. */
export interface TrainingState {
  /** The optimizer's moments, flat as the parameters. */
  readonly moments: readonly Vector[];
  /** Updates so far, over all epochs and resumes. */
  step: number;
  /** Rows trained on so far, over all epochs and resumes. */
  rows: number;
  /** A copy of parameters, moments and counters. */
  snapshot(): TrainingSnapshot;
  /**
   * Puts parameters, moments and counters back. Changes nothing when it throws.
   * @throws ResumeError where a tensor is not there or has another shape
   */
  restore(snapshot: TrainingSnapshot): void;
}

/**
 * Takes the memory for an optimizer's moments, all zeros, and sets the counters to zero.
 */
export function createTrainingState(network: Network, optimizer: Optimizer, engine: Engine): TrainingState {
  const moments = optimizer.moments.map(() => engine.vector(network.parameters.length));
  const vectors: readonly (readonly [string, Vector])[] = [
    ['', network.parameters],
    ...optimizer.moments.map((name, i) => [`${optimizer.name}.${name}/`, moments[i]] as const),
  ];
  const tensors = vectors.flatMap(([prefix, vector]) =>
    network.places.map(({ name, shape, offset, length }) => ({
      name: prefix + name,
      shape,
      part: vector.subarray(offset, offset + length),
    })),
  );

  const state: TrainingState = {
    moments,
    step: 0,
    rows: 0,
    snapshot: () => ({
      tensors: Object.fromEntries(tensors.map(({ name, shape, part }) => [name, { shape, data: part.slice() }])),
      counters: { step: state.step, rows: state.rows },
    }),
    restore(snapshot) {
      const found = tensors.map(({ name, shape, part }) => {
        const tensor = snapshot.tensors[name];
        if (tensor === undefined || `${tensor.shape}` !== `${shape}` || tensor.data.length !== part.length) {
          throw new ResumeError({
            where: `tensor ${name}`,
            expected: `shape [${shape.join(', ')}]`,
            received: tensor ? `[${tensor.shape.join(', ')}]` : 'no such tensor',
            hint: 'Resume with the network and the optimizer that the checkpoint was written with',
          });
        }
        return tensor.data;
      });
      tensors.forEach(({ part }, i) => {
        part.set(found[i]);
      });
      state.step = snapshot.counters.step;
      state.rows = snapshot.counters.rows;
    },
  };
  return state;
}

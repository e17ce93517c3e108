import type { UpdateKernels, Vector } from '../../types.ts';
import type { KernelExports } from './kernelExports.ts';
import type { WasmMemory } from './wasmMemory.ts';

/** The updates of optimizers over arrays, from those over byte offsets. */
export function wasmUpdates(compiled: KernelExports, { offsetOf }: Pick<WasmMemory, 'offsetOf'>): UpdateKernels {
  const orNone = (array: Vector | undefined) => (array ? offsetOf(array) : 0);
  return {
    sgd(w, g, velocity, length, { rate, momentum, take, nesterov, l2, l1 }) {
      const wAt = offsetOf(w);
      const gAt = offsetOf(g);
      const velocityAt = orNone(velocity);
      compiled.sgd(wAt, gAt, velocityAt, length, l2, l1, rate, momentum, take, nesterov ? 1 : 0);
    },
    adam(w, g, m, v, most, length, { rate, beta1, beta2, epsilon, rootCorrection2, keep, l2, l1 }) {
      const wAt = offsetOf(w);
      const gAt = offsetOf(g);
      const mAt = offsetOf(m);
      const vAt = offsetOf(v);
      const mostAt = orNone(most);
      compiled.adam(wAt, gAt, mAt, vAt, mostAt, length, l2, l1, rate, beta1, beta2, epsilon, rootCorrection2, keep);
    },
    nadam(w, g, m, v, length, { rateOfGradient, rateOfMean, beta1, beta2, epsilon, rootCorrection2, l2, l1 }) {
      const wAt = offsetOf(w);
      const gAt = offsetOf(g);
      const mAt = offsetOf(m);
      const vAt = offsetOf(v);
      const byGradient = rateOfGradient;
      const byMean = rateOfMean;
      compiled.nadam(wAt, gAt, mAt, vAt, length, l2, l1, byGradient, byMean, beta1, beta2, epsilon, rootCorrection2);
    },
    rmsProp(w, g, v, mean, velocity, length, { rate, decay, epsilon, momentum, l2, l1 }) {
      const wAt = offsetOf(w);
      const gAt = offsetOf(g);
      const vAt = offsetOf(v);
      const meanAt = orNone(mean);
      const velocityAt = orNone(velocity);
      compiled.rmsProp(wAt, gAt, vAt, meanAt, velocityAt, length, l2, l1, rate, decay, epsilon, momentum);
    },
    adagrad(w, g, sum, length, { rate, epsilon, l2, l1 }) {
      compiled.adagrad(offsetOf(w), offsetOf(g), offsetOf(sum), length, l2, l1, rate, epsilon);
    },
    lion(w, g, m, length, { rate, beta1, beta2, keep, l2, l1 }) {
      compiled.lion(offsetOf(w), offsetOf(g), offsetOf(m), length, l2, l1, rate, beta1, beta2, keep);
    },
    follow(average, w, length, take) {
      compiled.follow(offsetOf(average), offsetOf(w), length, take);
    },
  };
}

import type { Kernels, Vector } from '../../src/engine/types.ts';

/** An update with its moments, all that it can keep or none. */
interface Update {
  readonly title: string;
  /** How many of the moments it keeps. */
  readonly moments: number;
  run(w: Vector, g: Vector, moments: readonly Vector[]): void;
}

const none = { l2: 0, l1: 0 };
const penalties = { l2: 0.05, l1: 0.02 };
const adam = { rate: 0.01, beta1: 0.9, beta2: 0.99, epsilon: 1e-3, rootCorrection2: 0.5 };
const nadam = { rateOfGradient: 0.02, rateOfMean: 0.01, beta1: 0.9, beta2: 0.99, epsilon: 1e-3, rootCorrection2: 0.5 };
const rmsProp = { rate: 0.01, decay: 0.9, epsilon: 1e-2, momentum: 0.5 };
const sgd = { rate: 0.1, momentum: 0.9, take: 0.75, nesterov: 0 };

/** Every form of update that the kernels make. */
export function updatesOf(kernels: Pick<Kernels, 'update'>): readonly Update[] {
  return [
    {
      title: 'sgd',
      moments: 0,
      run: (w, g) => kernels.update.sgd({ w, g }, w.length, { ...sgd, ...none }),
    },
    {
      title: 'sgd with a velocity and penalties',
      moments: 1,
      run: (w, g, [velocity]) => kernels.update.sgd({ w, g, velocity }, w.length, { ...sgd, ...penalties }),
    },
    {
      title: 'sgd that looks ahead',
      moments: 1,
      run: (w, g, [velocity]) => kernels.update.sgd({ w, g, velocity }, w.length, { ...sgd, nesterov: 1, ...none }),
    },
    {
      title: 'adam',
      moments: 2,
      run: (w, g, [m, v]) => kernels.update.adam({ w, g, m, v }, w.length, { ...adam, keep: 1, ...none }),
    },
    {
      title: 'adam with the largest square, decay and penalties',
      moments: 3,
      run: (w, g, [m, v, most]) =>
        kernels.update.adam({ w, g, m, v, most }, w.length, { ...adam, keep: 0.99, ...penalties }),
    },
    {
      title: 'nadam with penalties',
      moments: 2,
      run: (w, g, [m, v]) => kernels.update.nadam({ w, g, m, v }, w.length, { ...nadam, ...penalties }),
    },
    {
      title: 'rmsProp',
      moments: 1,
      run: (w, g, [v]) => kernels.update.rmsProp({ w, g, v }, w.length, { ...rmsProp, ...none }),
    },
    {
      title: 'rmsProp with a mean, a velocity and penalties',
      moments: 3,
      run: (w, g, [v, mean, velocity]) =>
        kernels.update.rmsProp({ w, g, v, mean, velocity }, w.length, { ...rmsProp, ...penalties }),
    },
    {
      title: 'adagrad with penalties',
      moments: 1,
      run: (w, g, [sum]) => kernels.update.adagrad({ w, g, sum }, w.length, { rate: 0.1, epsilon: 1e-2, ...penalties }),
    },
    {
      title: 'lion with decay and penalties',
      moments: 1,
      run: (w, g, [m]) =>
        kernels.update.lion({ w, g, m }, w.length, { rate: 0.01, beta1: 0.9, beta2: 0.99, keep: 0.99, ...penalties }),
    },
    {
      title: 'a moving average',
      moments: 0,
      run: (w, g) => kernels.update.follow({ average: w, w: g }, w.length, { take: 0.25 }),
    },
  ];
}

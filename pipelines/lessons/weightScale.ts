/**
 * The size of the first weights decides what gets through ten layers of tanh: weights of N(0, 0.01²) shrink activations and gradients
 * tenfold a layer, weights of N(0, 1) drive every unit into saturation, where tanh is flat.
 *
 *   z = sum of 100 products w a:  deviation of z = deviation of w * sqrt(100) * rms of a
 */
import { normal, tanh } from '../../src/index.ts';
import { present } from './present.ts';
import { type Signal, signals } from './signals.ts';

/** Standard deviations of the weights; 0.1 is `1 / sqrt(100)`. */
const deviations = [0.01, 0.1, 1] as const;

/** What passes through each of ten layers of 100 tanh units, for each deviation of the first weights. */
export function measure(): readonly { readonly deviation: number; readonly layers: readonly Signal[] }[] {
  return deviations.map((deviation) => ({
    deviation,
    layers: signals({
      activation: tanh,
      initializer: normal({ deviation }),
      depth: 10,
      width: 100,
      rows: 100,
      seed: 7,
    }),
  }));
}

if (import.meta.main) {
  const measured = measure();
  await present({
    name: 'weightScale',
    table: [
      ['layer', ...measured.flatMap(({ deviation }) => [`a, ${deviation}`, `|a| > 0.99`, `dz, ${deviation}`])],
      ...measured[0].layers.map((_, k) => [
        k + 1,
        ...measured.flatMap(({ layers }) => [layers[k].a, layers[k].saturated, layers[k].dz]),
      ]),
    ],
    figure: {
      title: 'Ten layers of tanh, weights of N(0, deviation²)',
      x: 'layer',
      y: 'root mean square',
      logarithmic: true,
      lines: measured.flatMap(({ deviation, layers }) => [
        { label: `activations, deviation ${deviation}`, points: layers.map(({ a }, k) => [k + 1, a] as const) },
        { label: `gradients, deviation ${deviation}`, points: layers.map(({ dz }, k) => [k + 1, dz] as const) },
      ]),
    },
  });
}

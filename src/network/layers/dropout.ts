import { builtIn } from '../../builtIn.ts';
import { randomKey } from '../../engine/random.ts';
import { number } from '../../options/bounds.ts';
import { checkOption } from '../../options/checkOptions.ts';
import type { Layer } from '../layer.ts';

/**
 * Drops each number with probability `rate` in training, and scales the others up, so that the mean stays; changes nothing in use.
 *
 *   a = m x / (1 - rate), m 0 or 1;  dx = m da / (1 - rate)
 *
 * Which numbers are dropped depends on nothing but the seed, the layer and the batch's place in the stream: a run that goes on drops the
 * same ones.
 * @param rate at least 0, less than 1
 * @throws OptionError where `rate` is out of bounds
 * @example dropout(0.2).options //=> { rate: 0.2 }
 * @see Srivastava et al. 2014, Dropout: a simple way to prevent neural networks from overfitting
 */
export function dropout(rate: number): Layer {
  checkOption('dropout: rate', rate, number({ least: 0, below: 1 }));
  const threshold = Math.round(rate * 2 ** 32);
  return builtIn({
    kind: 'dropout',
    options: { rate },
    plan: (width) => ({
      width,
      parameters: [],
      build({ engine: { kernels, vector }, rows, seed, path }) {
        const a = vector(rows * width);
        const dx = vector(rows * width);
        const factor = 1 / (1 - rate);
        let key = randomKey(seed, 'dropout', ...path);
        let dropping = false;
        return {
          forward(x, n, mode, batch = []) {
            dropping = mode === 'training' && rate > 0;
            if (!dropping) return x;
            key = randomKey(seed, 'dropout', ...path, ...batch);
            kernels.dropout(a, x, n * width, key, threshold, factor);
            return a;
          },
          backward(da, n, needed) {
            if (!needed) return undefined;
            if (!dropping) return da;
            kernels.dropout(dx, da, n * width, key, threshold, factor);
            return dx;
          },
        };
      },
    }),
  });
}

import { builtIn } from '../../builtIn.ts';
import { flag, number } from '../../options/bounds.ts';
import { checkOptions } from '../../options/checkOptions.ts';
import { constant } from '../initializers/constant.ts';
import { he } from '../initializers/he.ts';
import type { Layer } from '../layer.ts';

export interface PreluOptions {
  /**
   * Whether all units share one slope.
   * @default true
   */
  readonly shared?: boolean;
  /**
   * The first slope; a finite number.
   * @default 0.25
   */
  readonly slope?: number;
}

/**
 * The rectifier that learns how much it leaks.
 *
 *   a = z where z > 0, slope z elsewhere
 *   dz = da where z > 0, slope da elsewhere;  dslope = sum of da min(z, 0) over the rows, and over the units where they share it
 *
 * Convention: as torch.nn.PReLU.
 * @throws OptionError where an option is out of bounds
 * @example prelu({ shared: false }).options //=> { shared: false, slope: 0.25 }
 * @see He et al. 2015, Delving deep into rectifiers, arXiv:1502.01852
 */
export function prelu(options: PreluOptions = {}): Layer {
  checkOptions<PreluOptions>('prelu', options, { shared: flag, slope: number() });
  const { shared = true, slope: first = 0.25 } = options;
  return builtIn({
    kind: 'prelu',
    options: { shared, slope: first },
    activation: { range: [-Infinity, Infinity], initializer: he() },
    plan: (width) => ({
      width,
      parameters: [
        { name: 'slope', shape: [shared ? 1 : width], fanIn: width, fanOut: width, initializer: constant(first) },
      ],
      build({ engine: { kernels, vector }, rows, parameters: [slope] }) {
        const a = vector(rows * width);
        const dz = vector(rows * width);
        const slopes = shared ? vector(width) : slope.value;
        const dSlopes = shared ? vector(width) : slope.gradient;
        let input = a;
        return {
          forward(z, n) {
            input = z;
            if (shared) kernels.fill(slopes, width, slope.value[0]);
            kernels.prelu(a, z, slopes, n, width);
            return a;
          },
          backward(da, n, needed) {
            kernels.preluGradient(dz, dSlopes, da, input, slopes, n, width);
            if (shared) {
              slope.gradient[0] = 0;
              for (let j = 0; j < width; j++) slope.gradient[0] += dSlopes[j];
            }
            return needed ? dz : undefined;
          },
        };
      },
    }),
  });
}

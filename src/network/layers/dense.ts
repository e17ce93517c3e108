import { builtIn } from '../../builtIn.ts';
import { type Bound, bound, flag, integer } from '../../options/bounds.ts';
import { checkOption, checkOptions } from '../../options/checkOptions.ts';
import { defaultInitializer } from '../initializers/defaultInitializer.ts';
import { zeros } from '../initializers/zeros.ts';
import type { ElementwiseFunction, Initializer, Layer, LayerMemory, LayerPass } from '../layer.ts';

export interface DenseOptions {
  /**
   * Whether each unit adds a learned number of its own, zero at first.
   * @default true
   */
  readonly bias?: boolean;
  /**
   * First values of the weights.
   * @default he() where a ReLU or a relative of it follows, lecun() before a SELU, xavier() otherwise
   */
  readonly initializer?: Initializer;
}

const initializerBound: Bound<Initializer> = bound(
  'an initializer, as he()',
  (value) => typeof (value as Initializer | null)?.fill === 'function',
);

/**
 * Each unit a weighted sum of all inputs.
 *
 *   z = x w + b
 *   dx = dz wᵀ;  dw = xᵀ dz;  db = sum of dz over the rows
 *
 * Convention: `w [width in, units]`, the transpose of torch.nn.Linear's.
 * @param units width out, an integer of at least 1
 * @throws OptionError where an option is out of bounds
 * @example dense(64, { bias: false }).options //=> { units: 64, bias: false }
 */
export function dense(units: number, options: DenseOptions = {}): Layer {
  checkOption('dense: units', units, integer({ least: 1 }));
  checkOptions<DenseOptions>('dense', options, { bias: flag, initializer: initializerBound });
  const { bias = true, initializer } = options;
  return builtIn({
    kind: 'dense',
    options: { units, bias, ...(initializer && { initializer: initializer.name }) },
    mixesUnits: true,
    plan(width, following) {
      const fan = { fanIn: width, fanOut: units };
      const w = { name: 'w', shape: [width, units], ...fan, initializer: initializer ?? defaultInitializer(following) };
      const b = { name: 'b', shape: [units], ...fan, initializer: zeros() };
      return {
        width: units,
        parameters: bias ? [w, b] : [w],
        build: (memory) => passesOf(memory, width, units)[0],
        buildWith(following, memory) {
          const [affine, activation] = passesOf(memory, width, units, following);
          return [affine, activation as LayerPass];
        },
      };
    },
  });
}

/**
 * The layer alone, or with what follows: then the product leaves `a = f(z)` behind, and one pass gives dz and db, which the second of the two
 * passes does on its way back, before the first.
 */
function passesOf(
  { engine: { kernels, vector }, rows, parameters: [w, b] }: LayerMemory,
  width: number,
  units: number,
  following?: ElementwiseFunction,
): readonly [LayerPass, LayerPass?] {
  const z = vector(rows * units);
  const dx = vector(rows * width);
  const then = following && { ...following, out: vector(rows * units) };
  let input = z;
  const affine: LayerPass = {
    forward(x, n) {
      input = x;
      kernels.matmul(z, x, w.value, n, width, units, b?.value, then);
      return z;
    },
    backward(dz, n, needed) {
      kernels.matmulTransposeA(w.gradient, input, dz, width, n, units);
      if (b && !then) kernels.columnSums(b.gradient, dz, n, units);
      if (!needed) return undefined;
      kernels.matmulTransposeB(dx, dz, w.value, n, units, width);
      return dx;
    },
  };
  if (!then) return [affine];
  const { out: a, f, parameter } = then;
  const { gradient, gradientAndSums } = kernels.elementwise[f];
  const dz = vector(rows * units);
  const activation: LayerPass = {
    forward: () => a,
    backward(da, n) {
      if (b) gradientAndSums(dz, b.gradient, da, z, a, n, units, parameter);
      else gradient(dz, da, z, a, n * units, parameter);
      return dz;
    },
  };
  return [affine, activation];
}

import { checkOption } from '../checkOption.ts';
import { defaultInitializer } from '../initializers/defaultInitializer.ts';
import { zeros } from '../initializers/zeros.ts';
import type { Initializer, Layer } from '../layer.ts';

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
export function dense(units: number, { bias = true, initializer }: DenseOptions = {}): Layer {
  checkOption('dense: units', Number.isSafeInteger(units) && units >= 1, 'an integer of at least 1', units);
  checkOption('dense: bias', typeof bias === 'boolean', 'true or false', bias);
  return {
    kind: 'dense',
    options: { units, bias, ...(initializer && { initializer: initializer.name }) },
    plan(width, following) {
      const fan = { fanIn: width, fanOut: units };
      const w = { name: 'w', shape: [width, units], ...fan, initializer: initializer ?? defaultInitializer(following) };
      const b = { name: 'b', shape: [units], ...fan, initializer: zeros() };
      return {
        width: units,
        parameters: bias ? [w, b] : [w],
        build({ engine: { kernels, vector }, rows, parameters: [w, b] }) {
          const z = vector(rows * units);
          const dx = vector(rows * width);
          let input = z;
          return {
            forward(x, n) {
              input = x;
              kernels.matmul(z, x, w.value, n, width, units, b?.value);
              return z;
            },
            backward(dz, n, needed) {
              kernels.matmulTransposeA(w.gradient, input, dz, width, n, units);
              if (b) kernels.columnSums(b.gradient, dz, n, units);
              if (!needed) return undefined;
              kernels.matmulTransposeB(dx, dz, w.value, n, units, width);
              return dx;
            },
          };
        },
      };
    },
  };
}

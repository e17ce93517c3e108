import { builtIn } from '../../builtIn.ts';
import { ShapeError } from '../../errors.ts';
import { checkOption } from '../../options/checkOptions.ts';
import type { Layer } from '../layer.ts';
import { describeLayers, layersBound, planSequence } from '../sequence.ts';

/**
 * Adds what goes in to what the layers make of it: they learn the difference, and gradients have a way around them.
 *
 *   a = x + F(x);  dx = da + the pullback of F at da
 *
 * @param layers F, at least one; the last has as many units as come in
 * @throws OptionError where there is no layer
 * @throws ShapeError, when planned, where the layers change the width
 * @example residual([dense(8), relu()]).kind //=> 'residual'
 * @see He et al. 2016, Deep residual learning for image recognition, arXiv:1512.03385
 */
export function residual(layers: readonly Layer[]): Layer {
  checkOption('residual: layers', layers, layersBound);
  return builtIn(
    {
      kind: 'residual',
      options: { layers: describeLayers(layers) },
      mixesUnits: true,
      plan(width, following) {
        const plan = planSequence(layers, width, following);
        if (plan.width !== width) {
          throw new ShapeError({
            where: `residual: layer ${layers.length} (${layers[layers.length - 1].kind})`,
            expected: `${width} units out, as many as go in`,
            received: `${plan.width}`,
          });
        }
        return {
          ...plan,
          build(memory) {
            const { kernels, vector } = memory.engine;
            const inner = plan.build(memory);
            const a = vector(memory.rows * width);
            const dx = vector(memory.rows * width);
            return {
              forward(x, n, mode, batch) {
                kernels.add(a, x, inner.forward(x, n, mode, batch), n * width);
                return a;
              },
              backward(da, n, needed) {
                const through = inner.backward(da, n, needed);
                if (through === undefined) return undefined;
                kernels.add(dx, da, through, n * width);
                return dx;
              },
            };
          },
        };
      },
    },
    layers,
  );
}

import { builtIn } from '../../builtIn.ts';
import { listOf } from '../../options/bounds.ts';
import { checkOption } from '../../options/checkOptions.ts';
import type { Layer } from '../layer.ts';
import { buildEach, describeLayers, layersBound, planSequence } from '../sequence.ts';

const waysBound = listOf('branches', layersBound, 1);

/**
 * Parallel ways through the network, their outputs side by side: `branches([[dense(1)], [dense(64), relu(), dense(8)]])` is wide and deep.
 *
 *   a = [F1(x), F2(x), ...];  dx = the sum of the pullbacks, each at its columns of da
 *
 * @param ways the layers of each branch, at least one; `[passThrough()]` passes x on as it is
 * @throws OptionError where there is no branch, or one without a layer
 * @example branches([[passThrough()], [dense(8), relu()]]).kind //=> 'branches'
 * @see Cheng et al. 2016, Wide and deep learning for recommender systems, arXiv:1606.07792
 */
export function branches(ways: readonly (readonly Layer[])[]): Layer {
  checkOption('branches: ways', ways, waysBound);
  return builtIn(
    {
      kind: 'branches',
      options: { branches: ways.map(describeLayers) },
      mixesUnits: true,
      plan(width, following) {
        const plans = ways.map((layers) => planSequence(layers, width, following));
        const units = plans.reduce((sum, plan) => sum + plan.width, 0);
        const named = <Spec extends { readonly name: string }>(specs: readonly Spec[], i: number): Spec[] =>
          specs.map((spec) => ({ ...spec, name: `${i + 1}.${spec.name}` }));
        return {
          width: units,
          parameters: plans.flatMap(({ parameters }, i) => named(parameters, i)),
          buffers: plans.flatMap(({ buffers = [] }, i) => named(buffers, i)),
          build(memory) {
            const { engine, rows } = memory;
            const { kernels, vector } = engine;
            const passes = buildEach(plans, memory);
            const starts = plans.map((_, i) => plans.slice(0, i).reduce((sum, plan) => sum + plan.width, 0));
            const a = vector(rows * units);
            const parts = plans.map((plan) => vector(rows * plan.width));
            const dx = vector(rows * width);
            return {
              forward(x, n, mode, batch) {
                for (let i = 0; i < passes.length; i++) {
                  const own = plans[i].width;
                  kernels.copyColumns(a, units, starts[i], passes[i].forward(x, n, mode, batch), own, 0, n, own);
                }
                return a;
              },
              backward(da, n, needed) {
                if (needed) kernels.fill(dx, n * width, 0);
                for (let i = 0; i < passes.length; i++) {
                  const own = plans[i].width;
                  kernels.copyColumns(parts[i], own, 0, da, units, starts[i], n, own);
                  const through = passes[i].backward(parts[i], n, needed);
                  if (through) kernels.add(dx, dx, through, n * width);
                }
                return needed ? dx : undefined;
              },
            };
          },
        };
      },
    },
    ways.flat(),
  );
}

import { ok as holds, strictEqual as is, deepStrictEqual as same } from 'node:assert/strict';
import { openEngine } from '../engine/openEngine.ts';
import { randomSequence } from '../engine/random.ts';
import type { Engine } from '../engine/types.ts';
import type { Layer } from '../network/layer.ts';
import { flag } from '../options/bounds.ts';
import { checkOptions } from '../options/checkOptions.ts';
import { buildLayer } from './buildLayer.ts';
import { type Law, statedLaws } from './law.ts';
import { distance, dot, float32Engines, numbers, slopes, vectorOf } from './numbers.ts';

const rows = 4;

/** A layer at work with made-up parameters, the same on each engine. */
function build(layer: Layer, width: number, engine: Engine) {
  const asked = { vectors: 0 };
  const counted: Engine = {
    ...engine,
    vector: (length) => {
      asked.vectors++;
      return engine.vector(length);
    },
  };
  return { asked, ...buildLayer(layer, width, counted, rows, (i, length) => numbers(100 + i, length)) };
}

export interface LayerLawsOptions {
  /**
   * Whether what a row gives depends on the other rows of its batch.
   * @default false
   */
  readonly rowsDepend?: boolean;
}

/**
 * The laws of a layer: what holds for each of them whatever it computes.
 *
 * @example layerLaws('dense', () => dense(3))
 */
export function layerLaws(name: string, make: () => Layer, options: LayerLawsOptions = {}): Law[] {
  checkOptions<LayerLawsOptions>('layerLaws', options, { rowsDepend: flag });
  const { rowsDepend = false } = options;
  const { laws, law } = statedLaws();
  for (const width of [1, 3, 5]) {
    law(`${name}, width ${width}: the pullback is the derivative, for inputs and all parameters`, () => {
      const engine = openEngine('reference');
      const { plan, parameters, pass } = build(make(), width, engine);
      const x = vectorOf(engine, numbers(1, rows * width));
      const da = vectorOf(engine, numbers(2, rows * plan.width));
      const loss = () => dot(da, pass.forward(x, rows, 'training'));
      loss();
      const dx = pass.backward(da, rows, true)?.slice(0, rows * width) ?? [];
      const gradients = parameters.map(({ gradient }) => gradient.slice());
      holds(distance(dx, slopes(x, loss)) < 1e-6);
      parameters.forEach(({ value }, i) => {
        holds(distance(gradients[i], slopes(value, loss)) < 1e-6, `parameter ${plan.parameters[i].name}`);
      });
    });

    if (!rowsDepend) nTimesOneRow(width);

    law(`${name}, width ${width}: the float32 engines agree with the reference`, () => {
      const results = [openEngine('reference'), ...float32Engines()].map((engine) => {
        const { plan, parameters, pass } = build(make(), width, engine);
        const a = pass
          .forward(vectorOf(engine, numbers(5, rows * width)), rows, 'training')
          .slice(0, rows * plan.width);
        const dx = pass.backward(vectorOf(engine, numbers(6, rows * plan.width)), rows, true);
        return [...a, ...(dx ?? []).slice(0, rows * width), ...parameters.flatMap(({ gradient }) => [...gradient])];
      });
      for (const result of results) holds(distance(result, results[0]) < 1e-5);
    });
  }

  law(`${name}: in use, rows do not depend on each other, and nothing is learned`, () => {
    const engine = openEngine('reference');
    const { plan, parameters, buffers, pass } = build(make(), 3, engine);
    pass.forward(vectorOf(engine, numbers(9, rows * 3)), rows, 'training');
    const kept = [...parameters.map(({ value }) => value), ...buffers].map((part) => part.slice());
    const x = vectorOf(engine, numbers(10, rows * 3));
    const all = pass.forward(x, rows, 'inference').slice(0, rows * plan.width);
    const single = Array.from({ length: rows }, (_, row) => [
      ...pass.forward(x.subarray(row * 3, (row + 1) * 3), 1, 'inference').slice(0, plan.width),
    ]);
    holds(distance(single.flat(), all) < 1e-12);
    same(
      [...parameters.map(({ value }) => value), ...buffers].map((part) => part.slice()),
      kept,
    );
  });

  law(`${name}: in use, too, the pullback is the derivative for inputs`, () => {
    const engine = openEngine('reference');
    const { plan, pass } = build(make(), 3, engine);
    pass.forward(vectorOf(engine, numbers(9, rows * 3)), rows, 'training');
    const x = vectorOf(engine, numbers(10, rows * 3));
    const da = vectorOf(engine, numbers(11, rows * plan.width));
    const weighted = () => dot(da, pass.forward(x, rows, 'inference'));
    weighted();
    const dx = pass.backward(da, rows, true)?.slice(0, rows * 3) ?? [];
    holds(distance(dx, slopes(x, weighted)) < 1e-6);
  });

  law(`${name}: no rows give no output and zero gradients`, () => {
    const engine = openEngine('reference');
    const { parameters, pass } = build(make(), 3, engine);
    const none = engine.vector(0);
    pass.forward(none, 0, 'training');
    pass.backward(none, 0, true);
    for (const { gradient } of parameters) holds(gradient.every((value) => value === 0));
  });

  law(`${name}: a width of zero does no harm`, () => {
    const engine = openEngine('reference');
    const { plan, pass } = build(make(), 0, engine);
    const a = pass.forward(engine.vector(0), 2, 'training');
    holds(a.subarray(0, 2 * plan.width).every(Number.isFinite));
    pass.backward(engine.vector(2 * plan.width), 2, true);
  });

  law(`${name}: leaves what it is given as it was, and gives no dx that is not needed`, () => {
    const engine = openEngine('reference');
    const { plan, parameters, pass } = build(make(), 3, engine);
    const x = numbers(7, rows * 3);
    const da = numbers(8, rows * plan.width);
    const given = { x: vectorOf(engine, x), da: vectorOf(engine, da) };
    const values = parameters.map(({ value }) => value.slice());
    pass.forward(given.x, rows, 'training');
    is(pass.backward(given.da, rows, false), undefined);
    pass.backward(given.da, rows, true);
    same([...given.x], x);
    same([...given.da], da);
    same(
      parameters.map(({ value }) => value),
      values,
    );
  });

  law(`${name}: takes no memory after it is built`, () => {
    const engine = openEngine('reference');
    const { plan, asked, pass } = build(make(), 3, engine);
    const { vectors } = asked;
    pass.forward(engine.vector(rows * 3), rows, 'training');
    pass.backward(engine.vector(rows * plan.width), rows, true);
    is(asked.vectors, vectors);
  });

  law(`${name}: options are plain JSON, and each parameter can be filled`, () => {
    const layer = make();
    same(JSON.parse(JSON.stringify(layer.options)), layer.options);
    for (const { shape, initializer, fanIn, fanOut } of layer.plan(3, []).parameters) {
      const w = new Float64Array(shape.reduce((product, size) => product * size, 1)).fill(Number.NaN);
      initializer.fill(w, fanIn, fanOut, randomSequence(7, 'initialization'));
      holds(w.every(Number.isFinite));
    }
  });

  function nTimesOneRow(width: number): void {
    law(`${name}, width ${width}: n rows are n times one row`, () => {
      const engine = openEngine('reference');
      const { plan, parameters, pass } = build(make(), width, engine);
      const x = vectorOf(engine, numbers(3, rows * width));
      const da = vectorOf(engine, numbers(4, rows * plan.width));
      const single = { a: [] as number[], dx: [] as number[], sums: parameters.map(({ value }) => value.map(() => 0)) };
      for (let row = 0; row < rows; row++) {
        single.a.push(...pass.forward(x.subarray(row * width, (row + 1) * width), 1, 'training').slice(0, plan.width));
        const dx = pass.backward(da.subarray(row * plan.width, (row + 1) * plan.width), 1, true);
        single.dx.push(...(dx ?? []).slice(0, width));
        parameters.forEach(({ gradient }, i) => {
          gradient.forEach((value, j) => {
            single.sums[i][j] += value;
          });
        });
      }
      holds(distance(pass.forward(x, rows, 'training').slice(0, rows * plan.width), single.a) < 1e-12);
      holds(distance((pass.backward(da, rows, true) ?? []).slice(0, rows * width), single.dx) < 1e-12);
      parameters.forEach(({ gradient }, i) => {
        holds(distance(gradient, single.sums[i]) < 1e-12);
      });
    });
  }
  return laws;
}

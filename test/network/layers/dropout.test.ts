import test from 'ava';
import type { Position } from '../../../src/batch/types.ts';
import { openEngine } from '../../../src/engine/openEngine.ts';
import type { Engine } from '../../../src/engine/types.ts';
import { layerLaws } from '../../../src/laws/layerLaws.ts';
import { float32Engines } from '../../../src/laws/numbers.ts';
import { dense } from '../../../src/network/layers/dense.ts';
import { dropout } from '../../../src/network/layers/dropout.ts';
import { residual } from '../../../src/network/layers/residual.ts';
import { compileNetwork } from '../../../src/network/network.ts';
import type { Mode } from '../../../src/network/types.ts';
import { holdTo } from '../../holdTo.ts';
import { layoutOf, miniBatchOf } from '../miniBatchOf.ts';

holdTo(
  test,
  layerLaws('dropout', () => dropout(0.4), { rowsDepend: true }),
);
holdTo(
  test,
  layerLaws('dropout of nothing', () => dropout(0)),
);

interface Where extends Partial<Position> {
  readonly seed?: number;
  readonly mode?: Mode;
}

/** What becomes of 100 rows of 37 ones, at a place in the stream. */
function drop(engine: Engine, rate: number, { seed = 7, mode = 'training', ...place }: Where = {}): number[] {
  const network = compileNetwork({ layers: [dropout(rate)], layout: layoutOf(37), engine, batch: 100, seed });
  const ones = Array.from({ length: 100 }, () => new Array<number>(37).fill(1));
  const batch = miniBatchOf(engine, ones, new Array<number>(100).fill(0));
  const position: Position = { ...batch.position, ...place };
  return [...network.forward({ ...batch, position }, mode).slice(0, 3700)];
}

const engines = [openEngine('reference'), ...float32Engines()];
for (const engine of engines) {
  test(`drops the given part, and scales the rest up, on ${engine.name}`, (t) => {
    for (const rate of [0.1, 0.5, 0.9]) {
      const a = drop(engine, rate);
      const kept = a.filter((value) => value !== 0);
      // The part that is dropped has a deviation of sqrt(rate (1 - rate) / 3700) < 0.0083.
      t.true(Math.abs(1 - kept.length / 3700 - rate) < 0.025, `${kept.length} of 3700 kept`);
      t.true(kept.every((value) => Math.abs(value * (1 - rate) - 1) < 1e-6));
    }
  });

  test(`changes nothing in inference, on ${engine.name}`, (t) => {
    t.true(drop(engine, 0.5, { mode: 'inference' }).every((value) => value === 1));
  });
}

test('drops the same numbers on every engine', (t) => {
  const [exact, ...others] = engines.map((engine) => drop(engine, 0.5));
  for (const other of others) t.deepEqual(other, exact);
});

test('drops by seed, layer and place in the stream, and by nothing else', (t) => {
  const engine = openEngine('reference');
  const places: Where[] = [{}, { seed: 8 }, { epoch: 1 }, { window: 1 }, { offset: 200 }];
  const all = places.map((place) => drop(engine, 0.5, place).join());
  t.is(new Set(all).size, all.length);
  t.is(drop(engine, 0.5, { offset: 200 }).join(), all[4]);

  const layers = [residual([dropout(0.5), dense(37)]), dropout(0.5), dropout(0.5)];
  const keys = new Set<number>();
  const { kernels } = engine;
  const spied: Engine = {
    ...engine,
    kernels: {
      ...kernels,
      dropout: (out, x, length, key, ...rest) => {
        keys.add(key.low * 2 ** 20 + key.high);
        kernels.dropout(out, x, length, key, ...rest);
      },
    },
  };
  const network = compileNetwork({ layers, layout: layoutOf(37), engine: spied, batch: 1, seed: 7 });
  network.forward(miniBatchOf(engine, [new Array<number>(37).fill(1)], [0]), 'training');
  t.is(keys.size, 3);
});

for (const rate of [-0.1, 1, Number.NaN]) {
  test(`refuses a rate of ${rate}`, (t) => {
    t.throws(() => dropout(rate), {
      name: 'OptionError',
      message: /^dropout: rate: expected a number in \[0, 1\)/,
    });
  });
}

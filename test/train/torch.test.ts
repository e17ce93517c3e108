import { readFileSync } from 'node:fs';
import test from 'ava';
import { lastValueFrom, map, of, repeat, toArray } from 'rxjs';
import { openEngine } from '../../src/engine/openEngine.ts';
import { distance, float32Engines, vectorOf } from '../../src/laws/numbers.ts';
import { binaryCrossEntropy } from '../../src/loss/binaryCrossEntropy.ts';
import { crossEntropy } from '../../src/loss/crossEntropy.ts';
import type { Loss } from '../../src/loss/loss.ts';
import { meanSquaredError } from '../../src/loss/meanSquaredError.ts';
import type { Layer } from '../../src/network/layer.ts';
import { dense } from '../../src/network/layers/dense.ts';
import { passThrough } from '../../src/network/layers/passThrough.ts';
import { relu } from '../../src/network/layers/relu.ts';
import { sigmoid } from '../../src/network/layers/sigmoid.ts';
import { tanh } from '../../src/network/layers/tanh.ts';
import { compileNetwork } from '../../src/network/network.ts';
import { adam } from '../../src/optimizer/adam.ts';
import type { Optimizer } from '../../src/optimizer/optimizer.ts';
import { sgd } from '../../src/optimizer/sgd.ts';
import { backward } from '../../src/train/backward.ts';
import { forward } from '../../src/train/forward.ts';
import { lossOf } from '../../src/train/lossOf.ts';
import { createTrainingState } from '../../src/train/trainingState.ts';
import { update } from '../../src/train/update.ts';
import { layoutOf, miniBatchOf } from '../network/miniBatchOf.ts';

interface LayerCase {
  readonly name: string;
  readonly rows: number;
  readonly width: number;
  readonly x: number[];
  readonly a: number[];
  readonly da: number[];
  readonly dx: number[];
  readonly w?: number[];
  readonly b?: number[];
  readonly dw?: number[];
  readonly db?: number[];
}
interface LossCase {
  readonly name: string;
  readonly rows: number;
  readonly outputs: number;
  readonly z: number[];
  readonly y: number[];
  readonly loss: number;
  readonly dz: number[];
}
interface TrainingCase {
  readonly name: string;
  readonly x: number[];
  readonly y: number[];
  readonly first: number[];
  readonly last: number[];
  readonly losses: number[];
}
interface Goldens {
  readonly torch: string;
  readonly seed: number;
  readonly layers: LayerCase[];
  readonly losses: LossCase[];
  readonly trainings: TrainingCase[];
}

const goldens: Goldens = JSON.parse(readFileSync(new URL('../golden/torch.json', import.meta.url), 'utf8'));
const layers: Record<string, () => Layer> = { dense: () => dense(3), sigmoid, tanh, relu, passThrough };
const losses: Record<string, () => Loss> = { binaryCrossEntropy, crossEntropy, meanSquaredError };
const optimizers: Record<string, () => Optimizer> = {
  sgd: () => sgd({ learningRate: 0.1 }),
  adam: () => adam({ learningRate: 0.01 }),
};
const engines = [openEngine('reference'), ...float32Engines()];
const tolerance = (name: string) => (name === 'reference' ? 1e-9 : 1e-5);

for (const engine of engines) {
  for (const golden of goldens.layers) {
    test(`${golden.name} on ${engine.name} agrees with PyTorch, forward and backward`, (t) => {
      const { rows, width } = golden;
      const plan = layers[golden.name]().plan(width, []);
      const parameters = [golden.w, golden.b].flatMap((values) =>
        values ? [{ value: vectorOf(engine, values), gradient: engine.vector(values.length) }] : [],
      );
      const pass = plan.build({ engine, rows, parameters, buffers: [], seed: 7, path: [1] });
      const a = pass.forward(vectorOf(engine, golden.x), rows, 'training').slice(0, golden.a.length);
      const dx = pass.backward(vectorOf(engine, golden.da), rows, true)?.slice(0, golden.dx.length) ?? [];
      t.true(distance(a, golden.a) < tolerance(engine.name));
      t.true(distance(dx, golden.dx) < tolerance(engine.name));
      parameters.forEach(({ gradient }, i) => {
        t.true(distance(gradient, [golden.dw, golden.db][i] as number[]) < tolerance(engine.name));
      });
    });
  }

  for (const golden of goldens.trainings) {
    test(`100 steps of ${golden.name} on ${engine.name} end with the parameters of PyTorch`, async (t) => {
      const network = compileNetwork({
        layers: [dense(6), tanh(), dense(5), relu(), dense(3)],
        layout: layoutOf(4),
        engine,
        batch: 8,
        seed: 0,
      });
      network.parameters.set(golden.first);
      const x = golden.y.map((_, row) => golden.x.slice(4 * row, 4 * row + 4));
      const optimizer = optimizers[golden.name]();
      const seen = await lastValueFrom(
        of(miniBatchOf(engine, x, golden.y)).pipe(
          repeat(100),
          forward(network, { mode: 'training' }),
          lossOf(crossEntropy(), network),
          backward(network),
          update(network, optimizer, createTrainingState(network, optimizer, engine)),
          map(({ loss }) => loss),
          toArray(),
        ),
      );
      t.true(distance(seen, golden.losses) < tolerance(engine.name), `losses: ${distance(seen, golden.losses)}`);
      const far = distance(network.parameters, golden.last);
      t.true(far < tolerance(engine.name), `parameters: ${far}`);
    });
  }
}

goldens.losses.forEach((golden, i) => {
  test(`${golden.name} agrees with PyTorch, value and gradient, case ${i}`, (t) => {
    const dz = new Float64Array(golden.z.length);
    const z = Float64Array.from(golden.z);
    const y = Float64Array.from(golden.y);
    const value = losses[golden.name]().evaluate(z, y, dz, golden.rows, golden.outputs);
    t.true(distance([value], [golden.loss]) < 1e-12);
    t.true(distance(dz, golden.dz) < 1e-12);
  });
});

import { readFileSync } from 'node:fs';
import test from 'ava';
import { openEngine } from '../../src/engine/openEngine.ts';
import type { Optimizer, PlateauOptions, Schedule } from '../../src/index.ts';
import { distance, float32Engines } from '../../src/laws/numbers.ts';
import { createPlateau } from '../../src/optimizer/schedules/plateau.ts';
import { millrace } from '../entryPoints.ts';
import { layoutOf, miniBatchOf } from '../network/miniBatchOf.ts';

type Options = Readonly<Record<string, unknown>>;

interface Goldens {
  readonly net: { readonly x: number[]; readonly y: number[]; readonly first: number[] };
  readonly trainings: {
    readonly name: string;
    readonly options: Options;
    readonly last: number[];
    readonly losses: number[];
  }[];
  readonly schedules: { readonly name: string; readonly options: Options; readonly rates: number[] }[];
  readonly plateau: {
    readonly metrics: number[];
    readonly cases: { readonly options: Options; readonly factors: number[] }[];
  };
}

const goldens: Goldens = JSON.parse(readFileSync(new URL('../golden/training.json', import.meta.url), 'utf8'));
const { adagrad, adam, adamW, nadam, rmsProp, sgd } = millrace;
const optimizers: Readonly<Record<string, (options: never) => Optimizer>> = {
  adagrad,
  adam,
  adamW,
  nadam,
  rmsProp,
  sgd,
};
const { constantRate, cosineDecay, exponentialDecay, oneCycle, polynomialDecay, stepDecay } = millrace;
const schedules: Readonly<Record<string, (options: never) => Schedule>> = {
  constantRate,
  cosineDecay,
  exponentialDecay,
  oneCycle,
  polynomialDecay,
  stepDecay,
};

/** A learning rate that is an object names its schedule. */
function optimizerOf(name: string, { learningRate, ...rest }: Options): Optimizer {
  if (typeof learningRate === 'number') return optimizers[name]({ learningRate, ...rest } as never);
  const { schedule, ...options } = learningRate as { schedule: string };
  return optimizers[name]({ learningRate: schedules[schedule](options as never), ...rest } as never);
}

for (const engine of [openEngine('reference'), ...float32Engines()]) {
  for (const { name, options, last, losses } of goldens.trainings) {
    test(`100 steps of ${name} ${JSON.stringify(options)} on ${engine.name} end as PyTorch's`, (t) => {
      const { x, y, first } = goldens.net;
      const layers = [millrace.dense(6), millrace.tanh(), millrace.dense(5), millrace.relu(), millrace.dense(3)];
      const network = millrace.compileNetwork({ layers, layout: layoutOf(4), engine, batch: 8, seed: 0 });
      network.parameters.set(first);
      const rows = y.map((_, row) => x.slice(4 * row, 4 * row + 4));
      const batch = miniBatchOf(engine, rows, y);
      const optimizer = optimizerOf(name, options);
      const state = millrace.createTrainingState(network, optimizer, engine);
      const loss = millrace.crossEntropy();
      const seen = losses.map((_, i) => {
        const output = network.forward(batch, 'training');
        const value = loss.evaluate(output, batch.y, network.dOutput, 8, 3);
        network.backward(network.dOutput, 8);
        optimizer.update(engine.kernels, network.parameters, network.gradient, state.moments, i + 1);
        return value;
      });
      const tolerance = engine.name === 'reference' ? 1e-9 : 1e-5;
      t.true(distance(seen, losses) < tolerance, `losses: ${distance(seen, losses)}`);
      t.true(distance(network.parameters, last) < tolerance, `parameters: ${distance(network.parameters, last)}`);
    });
  }
}

for (const { name, options, rates } of goldens.schedules) {
  test(`${name} ${JSON.stringify(options)} has the rates of PyTorch`, (t) => {
    const schedule = schedules[name](options as never);
    for (const [i, rate] of rates.entries()) t.true(Math.abs(schedule.at(i + 1) - rate) < 1e-12, `update ${i + 1}`);
  });
}

for (const { options, factors } of goldens.plateau.cases) {
  test(`onPlateau ${JSON.stringify(options)} cuts where PyTorch does`, (t) => {
    const { plateau } = millrace.onPlateau({ learningRate: 1, metric: 'rmse', mode: 'min', ...options });
    const watch = createPlateau(plateau as PlateauOptions);
    const seen = goldens.plateau.metrics.map((value) => {
      watch.observe(value);
      return watch.factor;
    });
    t.true(distance(seen, factors) < 1e-15);
  });
}

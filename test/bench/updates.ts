/**
 * `npx node test/bench/updates.ts [ENGINE] [THREADS]`: what an update by each optimizer takes at the 235,146 parameters of M, in turns. Prints a
 * table and writes it to runs/bench/updates-ENGINE.md and .json.
 */
import { randomSequence, uniform } from '../../src/engine/random.ts';
import { adagrad, adam, adamW, type EngineName, lion, nadam, rmsProp, sgd } from '../../src/index.ts';
import { openEngine } from '../../src/operators.ts';
import type { Optimizer } from '../../src/optimizer/optimizer.ts';
import { asText, digits, machine, type Section, shown, writeReport } from './report.ts';
import { stepper, takeTurns } from './turns.ts';

const PARAMETERS = 784 * 256 + 256 + 256 * 128 + 128 + 128 * 10 + 10;
const [name = 'wasm', threads = '1'] = process.argv.slice(2);
const engine = openEngine(name as EngineName, { threads: Number(threads) });
const learningRate = 1e-3;
const weightDecay = 1e-4;

const optimizers: readonly (readonly [string, Optimizer])[] = [
  ['sgd', sgd({ learningRate })],
  ['sgd, momentum', sgd({ learningRate, momentum: 0.9 })],
  ['sgd, Nesterov and a penalty', sgd({ learningRate, momentum: 0.9, nesterov: true, weightDecay })],
  ['adam', adam()],
  ['adam, AMSGrad', adam({ amsgrad: true })],
  ['adam, a penalty', adam({ weightDecay })],
  ['adamW', adamW()],
  ['nadam', nadam()],
  ['rmsProp', rmsProp()],
  ['rmsProp, centered, momentum', rmsProp({ centered: true, momentum: 0.9 })],
  ['adagrad', adagrad()],
  ['lion', lion()],
];

/** Updates by a gradient that stays, of parameters and moments of its own. */
function updater(optimizer: Optimizer): () => void {
  const random = randomSequence(7, 'data');
  const [w, g, ...moments] = ['w', 'g', ...optimizer.moments].map(() => engine.vector(PARAMETERS));
  for (let i = 0; i < PARAMETERS; i++) {
    w[i] = 0.2 * uniform(random(2 * i)) - 0.1;
    g[i] = 0.02 * uniform(random(2 * i + 1)) - 0.01;
  }
  let step = 0;
  return () => {
    optimizer.update(engine.kernels, w, g, moments, ++step);
    engine.settle?.();
  };
}

const began = machine();
const contestants = optimizers.map(([title, optimizer]) => stepper(title, updater(optimizer)));
const times = await takeTurns(contestants, { rounds: 15, ms: 50 });
const section: Section = {
  title: `Updates of ${digits(PARAMETERS)} parameters, ${engine.name}, threads: ${threads}`,
  notes: [engine.detail],
  head: ['optimizer', 'microseconds', 'parameters a nanosecond'],
  rows: times.map((each) => [each.name, shown(each, 1e-6), digits(PARAMETERS / each.median / 1e9)]),
  data: {
    parameters: PARAMETERS,
    seconds: Object.fromEntries(times.map(({ name: title, rounds }) => [title, rounds])),
  },
};
console.log(asText(section));
console.log(`written: ${writeReport('runs/bench', began, [section], `updates-${engine.name}`).join(', ')}`);

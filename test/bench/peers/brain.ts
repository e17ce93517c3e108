/**
 * `node test/bench/peers/brain.ts FOLDER`: brain.js' side of the benchmark of steps. FOLDER has the node_modules.
 *
 * It knows no mini-batches: what counts as a step is that it trains on each of the rows once. So its loss is not compared.
 */
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { absent, type PeerData, type PeerStep, type PeerWork, serve } from './serve.ts';

/** The part of brain.js that is used: it is not installed where the types are checked. */
interface Brain {
  readonly NeuralNetwork: new (
    options: object,
  ) => {
    train(rows: readonly { input: number[]; output: number[] }[], options: object): unknown;
  };
}

function build(brain: Brain, { rows, widths }: PeerWork, { x, y }: PeerData): PeerStep {
  const [inputs, outputs] = [widths[0], widths[widths.length - 1]];
  const network = new brain.NeuralNetwork({ hiddenLayers: widths.slice(1, -1), activation: 'relu' });
  const data = Array.from({ length: rows }, (_, i) => ({
    input: Array.from(x.subarray(i * inputs, (i + 1) * inputs)),
    output: outputs === 1 ? [y[i]] : Array.from({ length: outputs }, (_value, c) => Number(c === y[i])),
  }));
  // A call has a fixed cost, which is spread over the steps it makes.
  const iterations = 10;
  return {
    stepsOfCall: iterations,
    step() {
      network.train(data, { iterations, errorThresh: 1e-9, errorCheckInterval: iterations, learningRate: 1e-3 });
    },
    loss: () => null,
  };
}

async function start(): Promise<void> {
  const [folder] = process.argv.slice(2);
  const require = createRequire(resolve(folder, 'package.json'));
  const brain = require('brain.js') as Brain;
  const { version } = require('brain.js/package.json') as { readonly version: string };
  await serve(`brain.js ${version}, row by row`, (work, data) => build(brain, work, data));
}

await start().catch(absent);

import { writeSync } from 'node:fs';
import {
  adam,
  checkpoint,
  csv,
  definePipeline,
  dense,
  meanSquaredError,
  numeric,
  type Pipeline,
  regression,
  relu,
  type Sink,
  watch,
} from '../../src/index.ts';

/** Rows of a window: of two words and a place in the order. */
export const windowRows = 30;
export const batch = 8;

/** Says on stderr which rows a step was made of; what is written there survives a kill. */
const tell: Sink = {
  name: 'tell',
  onError: 'stop',
  open: () => ({
    write(event) {
      if (event.kind !== 'step') return;
      const ids = Array.from(event.y.subarray(0, event.n), (y) => Math.round(y * 1000));
      writeSync(2, `step ${event.step}: ${ids.join(' ')}\n`);
    },
    close() {},
  }),
};

/** A run over the files that arrive in the folder that the environment names: it has no end. */
const arrivals: Pipeline = definePipeline({
  name: 'arrivals',
  source: watch(process.env.ARRIVALS ?? '.', (path) => csv(path, { batchRows: 17, types: 'float64' }), {
    pattern: '*.csv',
    pollMs: 5,
    settleMs: 20,
  }),
  features: { x: numeric({ scale: 'standard' }) },
  target: regression('y', { scale: 'none' }),
  split: { validation: 0.1 },
  fit: { rows: 70 },
  // So that a window is never cut, however slow the machine.
  shuffle: {
    memoryMB: (windowRows * 12) / 1e6,
    maxWaitMs: Number(process.env.MAX_WAIT_MS ?? Number.POSITIVE_INFINITY),
  },
  batch,
  network: [dense(4), relu(), dense(1)],
  loss: meanSquaredError(),
  optimizer: adam({ learningRate: 1e-2 }),
  validateEverySteps: 8,
  sinks: [checkpoint({ everySteps: 5, keep: 2 }), tell],
  seed: 5,
});

export default arrivals;

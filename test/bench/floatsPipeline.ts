/**
 * Rows of numbers from a generated Parquet file, a million of 32 by default, on the network of S128: what the benchmark streams from end to
 * end. MILLRACE_FLOATS, MILLRACE_COLUMNS and MILLRACE_LAYERS (hidden ones) name another file and network.
 */
import {
  adam,
  binary,
  binaryCrossEntropy,
  checkpoint,
  definePipeline,
  dense,
  numeric,
  parquet,
  relu,
} from '../../src/index.ts';

const { MILLRACE_FLOATS = 'runs/bench/floats.parquet', MILLRACE_COLUMNS = '32', MILLRACE_LAYERS = '2' } = process.env;
const columns = Array.from({ length: Number(MILLRACE_COLUMNS) }, (_, i) => `x${i}`);
const hidden = Array.from({ length: Number(MILLRACE_LAYERS) }, () => [dense(64), relu()]);

export default definePipeline({
  name: 'floats',
  source: parquet(MILLRACE_FLOATS),
  features: Object.fromEntries(columns.map((name) => [name, numeric({ scale: 'standard' })])),
  target: binary('y'),
  shuffle: { memoryMB: 256 },
  batch: 128,
  network: [...hidden.flat(), dense(1)],
  loss: binaryCrossEntropy(),
  optimizer: adam({ learningRate: 1e-3 }),
  sinks: [checkpoint({ everySteps: 1000, keep: 2 })],
  seed: 7,
});

/** A million rows of 32 numbers from a generated Parquet file, on the network of S128: what the benchmark streams from end to end. */
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

const columns = Array.from({ length: 32 }, (_, i) => `x${i}`);

export default definePipeline({
  name: 'floats',
  source: parquet(process.env.MILLRACE_FLOATS ?? 'runs/bench/floats.parquet'),
  features: Object.fromEntries(columns.map((name) => [name, numeric({ scale: 'standard' })])),
  target: binary('y'),
  shuffle: { memoryMB: 256 },
  batch: 128,
  network: [dense(64), relu(), dense(64), relu(), dense(1)],
  loss: binaryCrossEntropy(),
  optimizer: adam({ learningRate: 1e-3 }),
  sinks: [checkpoint({ everySteps: 1000, keep: 2 })],
  seed: 7,
});

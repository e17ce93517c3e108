/** A stream as long as MILLRACE_PASSES says, in windows of 48 MB: about four passes of 65,536 rows each. */
import { tableFromArrays } from 'apache-arrow';
import {
  adam,
  checkpoint,
  definePipeline,
  dense,
  meanSquaredError,
  memory,
  numeric,
  regression,
  repeatSource,
} from '../../src/index.ts';

const rows = 65_536;
const names = Array.from({ length: 48 }, (_, k) => `x${k}`);
const column = (k: number) => Float32Array.from({ length: rows }, (_, row) => Math.sin(row * (k + 1)));
const columns = Object.fromEntries([...names, 'y'].map((name, k) => [name, column(k)]));

export default definePipeline({
  name: 'growing',
  source: repeatSource(memory(tableFromArrays(columns)), Number(process.env.MILLRACE_PASSES)),
  fit: { rows },
  features: Object.fromEntries(names.map((name) => [name, numeric({ scale: 'none' })])),
  target: regression('y'),
  split: { validation: 0 },
  shuffle: { memoryMB: 48 },
  batch: 1024,
  network: [dense(1)],
  loss: meanSquaredError(),
  optimizer: adam(),
  epochs: 1,
  health: false,
  sinks: [checkpoint({ everySteps: 100 })],
  seed: 5,
});

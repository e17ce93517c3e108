/** Which of three species is a penguin? Classification with missing values. See data/penguins. */
import { readFileSync } from 'node:fs';
import {
  adam,
  checkpoint,
  classes,
  crossEntropy,
  definePipeline,
  dense,
  log,
  memory,
  ndjsonMetrics,
  numeric,
  oneHot,
  progress,
  relu,
} from '../src/index.ts';

const file = new URL('../node_modules/vega-datasets/data/penguins.json', import.meta.url);

export default definePipeline({
  name: 'penguins',
  source: memory(JSON.parse(readFileSync(file, 'utf8'))),
  features: {
    Island: oneHot(),
    'Beak Length (mm)': numeric({ missing: 'mean' }),
    'Beak Depth (mm)': numeric({ missing: 'mean' }),
    'Flipper Length (mm)': numeric({ missing: 'mean' }),
    'Body Mass (g)': numeric({ missing: 'mean' }),
    Sex: oneHot(),
  },
  target: classes('Species'),
  split: { validation: 0.25 },
  batch: 16,
  network: [dense(16), relu(), dense(3)],
  loss: crossEntropy(),
  optimizer: adam({ learningRate: 1e-2 }),
  epochs: 20,
  sinks: [progress(), log(), ndjsonMetrics(), checkpoint({ everySteps: 100 })],
  seed: 1,
});

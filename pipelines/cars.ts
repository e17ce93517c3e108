/** How many miles does a car go on a gallon? Regression on a table that fits in memory. See data/cars. */
import { readFileSync } from 'node:fs';
import {
  adam,
  checkpoint,
  definePipeline,
  dense,
  derive,
  log,
  meanSquaredError,
  memory,
  ndjsonMetrics,
  numeric,
  oneHot,
  progress,
  regression,
  relu,
} from '../src/index.ts';

interface Car {
  readonly Miles_per_Gallon: number | null;
  readonly Cylinders: number;
  readonly Displacement: number;
  readonly Horsepower: number | null;
  readonly Weight_in_lbs: number;
  readonly Acceleration: number;
  readonly Year: string;
  readonly Origin: string;
}

const file = new URL('../node_modules/vega-datasets/data/cars.json', import.meta.url);
const cars: readonly Car[] = JSON.parse(readFileSync(file, 'utf8'));

export default definePipeline({
  name: 'cars',
  // Eight cars have no known mileage: nothing can be learned from them.
  source: memory(cars.filter((car) => car.Miles_per_Gallon !== null)),
  derive: [derive('modelYear', ['Year'], (date: string) => Number(date.slice(0, 4)))],
  features: {
    Cylinders: numeric(),
    Displacement: numeric(),
    Horsepower: numeric({ missing: 'mean' }),
    Weight_in_lbs: numeric(),
    Acceleration: numeric(),
    modelYear: numeric(),
    Origin: oneHot(),
  },
  target: regression('Miles_per_Gallon'),
  split: { validation: 0.2 },
  batch: 16,
  network: [dense(32), relu(), dense(1)],
  loss: meanSquaredError(),
  optimizer: adam({ learningRate: 3e-3 }),
  epochs: 100,
  sinks: [progress(), log(), ndjsonMetrics(), checkpoint({ everySteps: 500 })],
  seed: 1,
});

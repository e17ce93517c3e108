/**
 * Predicts price from the other columns of data/flats.csv.
 *
 * Written by `millrace init`, which has looked at all 600 rows. It is yours to change:
 *
 *   npx millrace train pipelines/price.ts
 *   npx millrace predict runs/price/1 new.csv
 */
import {
  adam,
  checkpoint,
  csv,
  definePipeline,
  dense,
  earlyStopping,
  log,
  meanSquaredError,
  movingAverage,
  ndjsonMetrics,
  numeric,
  oneHot,
  progress,
  regression,
  relu,
  xavier,
} from 'millrace';

export default definePipeline({
  name: 'price', // its runs are kept in runs/price/1, 2, ...
  source: csv('data/flats.csv'), // where the rows are
  // a number is given as how far it has come in each of its bins, so that steps and bends are easily learned
  features: {
    city: oneHot(), // 3 categories: an input for each
    area: numeric({ embed: 'piecewiseLinear' }), // from 25 to 174.9
    rooms: numeric({ embed: 'piecewiseLinear' }), // 5 whole numbers: an input for each
  },
  target: regression('price'), // a number: it has 426 different numbers
  split: { validation: 0.2 }, // the share of rows held out, to see how good it is on rows that it has not learned from
  batch: 32, // rows that it learns from at a time
  // 2 layers of 128 units
  network: [
    dense(128, { initializer: xavier() }),
    relu(),
    dense(128, { initializer: xavier() }),
    relu(),
    dense(1), // the answer
  ],
  loss: meanSquaredError(), // how wrong an answer is: training makes this small
  optimizer: adam({ learningRate: 1e-3 }), // learns in steps of this size
  // predicts with the average of its last thousand steps, which is steadier than the last
  movingAverage: movingAverage(),
  epochs: 200, // goes through all rows so many times, at the most
  // ends when 16 times in a row it was no better, and keeps the best
  earlyStopping: earlyStopping({ metric: 'rmse', patience: 16 }),
  // shows how it goes, keeps the figures, and writes the model
  sinks: [progress(), log(), ndjsonMetrics(), checkpoint()],
  seed: 1, // chooses the random numbers: the same seed gives the same model
});

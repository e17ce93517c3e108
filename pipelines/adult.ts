/**
 * Does someone earn more than 50,000 dollars a year? Numbers, categories and missing values of a census. See data/adult and
 * docs/results.md.
 *
 * `millrace evaluate CHECKPOINT data/adult/build/test.parquet` scores it on the rows that were set aside by those who collected them.
 */

import { prepared } from '../data/prepared.ts';
import {
  adam,
  binary,
  binaryCrossEntropy,
  checkpoint,
  definePipeline,
  dense,
  dropout,
  log,
  log1p,
  ndjsonMetrics,
  numeric,
  oneHot,
  parquet,
  progress,
  relu,
} from '../src/index.ts';

export default definePipeline({
  name: 'adult',
  source: parquet(prepared('adult', 'train.parquet')),
  // Most people have none: of the others the logarithm is about normally distributed.
  derive: [log1p('capitalGain', { as: 'logCapitalGain' }), log1p('capitalLoss', { as: 'logCapitalLoss' })],
  features: {
    age: numeric(),
    educationNumber: numeric(),
    capitalGain: numeric(),
    logCapitalGain: numeric(),
    logCapitalLoss: numeric(),
    hoursPerWeek: numeric(),
    workclass: oneHot({ missing: 'category' }),
    education: oneHot(),
    maritalStatus: oneHot(),
    occupation: oneHot({ missing: 'category' }),
    relationship: oneHot(),
    race: oneHot(),
    sex: oneHot(),
    nativeCountry: oneHot({ missing: 'category', minCount: 20 }),
  },
  target: binary('over50k'),
  split: { validation: 0.1 },
  batch: 128,
  network: [dense(64), relu(), dropout(0.3), dense(32), relu(), dropout(0.3), dense(1)],
  loss: binaryCrossEntropy(),
  optimizer: adam({ learningRate: 1e-3 }),
  epochs: 15,
  sinks: [progress(), log(), ndjsonMetrics(), checkpoint({ everySteps: 500 })],
  seed: 1,
});

import {
  adam,
  clipByGlobalNorm,
  definePipeline,
  earlyStopping,
  movingAverage,
  onPlateau,
  type Pipeline,
} from '../../src/index.ts';
import small from './small.ts';

/** All that controls training, and a metric that is soon no better. */
const control: Pipeline = definePipeline({
  ...small,
  name: 'control',
  optimizer: adam({ learningRate: onPlateau({ learningRate: 0.3, metric: 'logLoss', patience: 0, factor: 0.5 }) }),
  gradient: [clipByGlobalNorm(1)],
  accumulate: 3,
  movingAverage: movingAverage({ decay: 0.8 }),
  earlyStopping: earlyStopping({ metric: 'logLoss', patience: 2 }),
  epochs: 12,
});

export default control;

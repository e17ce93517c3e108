import { dense, type Pipeline, relu } from '../../src/index.ts';
import small from '../pipeline/small.ts';

/** Two epochs with a layer that is wide enough for a library: 64 x 128 by 128 x 128. */
const blasWide: Pipeline = {
  ...small,
  name: 'blasWide',
  batch: 64,
  network: [dense(128), relu(), dense(128), relu(), dense(1)],
  epochs: 2,
};

export default blasWide;

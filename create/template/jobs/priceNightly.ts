/** Trains anew each night at three, and puts the model into service if it is good, and no worse than the one before. */
import { atLeast, cron, defineJob, improves } from 'millrace/jobs';
import price from '../pipelines/price.ts';

export default defineJob({
  name: 'price-nightly',
  pipeline: price,
  schedule: cron('0 3 * * *'),
  checks: [atLeast('r2', 0.8), improves('rmse', { tolerance: 1 })],
});

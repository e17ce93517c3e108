/**
 * The flights' model, kept fresh: each night it learns from the flights of the day before, on top of what it knows, and takes over if it is
 * no worse. Replayed on the flights' dates by a simulated clock, with some accidents: see docs/retraining.md.
 */
import {
  adam,
  checkpoint,
  dayOfWeek,
  definePipeline,
  embedding,
  hourOfDay,
  log1p,
  numeric,
  oneHot,
} from '../../src/index.ts';
import { atLeast, cron, defineJob, improves, newRows, noSliceWorse } from '../../src/jobs.ts';
import flights from '../flights.ts';
import { crashOnce, flightsFeed, late } from './accidents.ts';

const pipeline = definePipeline({
  ...flights,
  name: 'flights-nightly',
  source: flightsFeed,
  derive: [hourOfDay('date'), dayOfWeek('date'), log1p('distance', { as: 'logDistance' }), late],
  // Without the season: one day cannot tell what it does.
  features: {
    logDistance: numeric({ scale: 'standard' }),
    hour: numeric({ scale: 'standard' }),
    weekday: oneHot(),
    origin: embedding(8),
    destination: embedding(8),
  },
  split: { validation: 0.1 },
  batch: 256,
  optimizer: adam({ learningRate: 3e-4 }),
  sinks: [checkpoint({ everySteps: 25, keep: 2 }), crashOnce()],
});

export default defineJob({
  name: 'flights-nightly',
  pipeline,
  schedule: cron('0 3 * * *', { timeZone: 'America/New_York' }),
  data: newRows({ by: 'date', lookback: { hours: 6 }, scoreWindow: { days: 7 }, minRows: 5000 }),
  start: 'warm',
  retries: { first: { seconds: 1 } },
  // No two days are alike: a day of storms teaches what the next one forgets.
  checks: [
    atLeast('auc', 0.55),
    improves('auc', { tolerance: 0.05 }),
    improves('logLoss', { tolerance: 0.1 }),
    noSliceWorse('auc', { by: 'origin', tolerance: 0.1, minRows: 500 }),
  ],
});

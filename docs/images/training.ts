/** Draws `training.svg` from a run of `pipelines/cars.ts`: `npx millrace train pipelines/cars.ts --out runs/picture`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { lineChart } from '../../pipelines/lessons/lineChart.ts';

const lines = readFileSync('runs/picture/metrics.ndjson', 'utf8').trim().split('\n');
const events = lines.map((line) => JSON.parse(line));
const scores = events.filter(({ kind }) => kind === 'validation');

writeFileSync(
  new URL('training.svg', import.meta.url),
  lineChart({
    title: 'Cars: error of the held-out rows',
    x: 'epoch',
    y: 'miles per gallon',
    lines: [
      { label: 'RMSE', points: scores.map(({ epoch, metrics }) => [epoch, metrics.rmse]) },
      { label: 'mean absolute error', points: scores.map(({ epoch, metrics }) => [epoch, metrics.mae]) },
      { label: 'RMSE of the mean', points: scores.map(({ epoch, baseline }) => [epoch, baseline.rmse]) },
    ],
  }),
);

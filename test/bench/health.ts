/**
 * `node test/bench/health.ts`: what `health` adds to the training of pipelines at its default interval: the same run with and
 * without it, in turns in one process, from record batches in memory. Ends with 1 if the bound is missed.
 */
import { lastValueFrom } from 'rxjs';
import cars from '../../pipelines/cars.ts';
import flights from '../../pipelines/flights.ts';
import penguins from '../../pipelines/penguins.ts';
import { memory, type Pipeline, type Source } from '../../src/index.ts';
import { trainEpoch } from '../../src/pipeline/rows/epoch.ts';
import { prepareRun } from '../../src/pipeline/run/prepare.ts';
import { beginningOf } from '../../src/pipeline/run/runProgress.ts';

/** The share of a run that health may cost. */
const BOUND = 0.03;
const ROUNDS = 25;

async function firstRows(source: Source, rows: number): Promise<Source> {
  const batches = [];
  let count = 0;
  for await (const { records } of source.open({ signal: new AbortController().signal })) {
    batches.push(records.slice(0, rows - count));
    count += records.numRows;
    if (count >= rows) break;
  }
  return memory(batches);
}

/** A run that goes on for ever: each call trains an epoch or more, and gives its milliseconds of processor time. */
async function contestant(pipeline: Pipeline, epochs: number): Promise<() => Promise<number>> {
  const { assembly } = await prepareRun({ ...pipeline, epochs: Number.MAX_SAFE_INTEGER }, { directory: '' });
  let epoch = 0;
  return async () => {
    const begin = process.cpuUsage();
    for (let i = 0; i < epochs; i++) {
      await lastValueFrom(trainEpoch(assembly, beginningOf(epoch++)));
    }
    return process.cpuUsage(begin).user / 1000;
  };
}

const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

const cases: readonly (readonly [Pipeline, number])[] = [
  [{ ...flights, source: await firstRows(flights.source, 200_000) }, 1],
  [cars, 200],
  [penguins, 200],
];

console.log(`health at its default interval; medians of ${ROUNDS} rounds, in turns\n`);
console.log('            ms without   ms with     cost');
let worst = 0;
for (const [pipeline, epochs] of cases) {
  const without = await contestant({ ...pipeline, health: false }, epochs);
  const withIt = await contestant(pipeline, epochs);
  const pairs: { readonly without: number; readonly withIt: number }[] = [];
  await without();
  await withIt();
  for (let round = 0; round < ROUNDS; round++) {
    // Each goes first in half of the rounds.
    if (round % 2 === 0) pairs.push({ without: await without(), withIt: await withIt() });
    else pairs.push({ withIt: await withIt(), without: await without() });
  }
  const cost = median(pairs.map((pair) => pair.withIt / pair.without)) - 1;
  worst = Math.max(worst, cost);
  const times = [median(pairs.map((pair) => pair.without)), median(pairs.map((pair) => pair.withIt))];
  const [blind, watched] = times.map((ms) => ms.toFixed(0));
  console.log(
    `${pipeline.name.padEnd(10)}${blind.padStart(12)}${watched.padStart(10)}${`${(100 * cost).toFixed(1)} %`.padStart(9)}`,
  );
}
const met = worst < BOUND;
console.log(`\nat most ${(100 * worst).toFixed(1)} % of a run; less than ${100 * BOUND} %: ${met ? 'met' : 'missed'}`);
process.exitCode = met ? 0 : 1;

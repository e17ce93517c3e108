/**
 * `npx node test/bench/predict.ts [RUN] [ROUNDS]`: rows a second of predicting three million flights, beside decoding them alone and stepping forward alone,
 * over record batches in memory: derivation, encoding, mini-batches and the network. In turns. RUN is the folder of a run of pipelines/flights.ts.
 * `--write` instead tells how long each format takes to write the predictions and the airports.
 * `--rows N` instead predicts so many rows once, the flights again and again, and shows that memory does not grow.
 */

import { parseArgs } from 'node:util';
import { from, lastValueFrom, reduce } from 'rxjs';
import flights from '../../pipelines/flights.ts';
import { limit, repeatSource, type Source } from '../../src/index.ts';
import { loadModel } from '../../src/model.ts';
import { deriveColumns, encode, forward, loadTrained, miniBatch, shuffle } from '../../src/operators.ts';
import { openTable, type TableEncoder } from '../../src/sink/table/tableEncoder.ts';
import { takeTurns } from './turns.ts';

const { values, positionals } = parseArgs({
  options: { rows: { type: 'string' }, write: { type: 'boolean' } },
  allowPositionals: true,
});
const [run = 'runs/flights/1', rounds = '5'] = positionals;
const model = await loadModel(run, { tell() {} });
const columns = model.schema.columns.map(({ name }) => name);
const signal = new AbortController().signal;

async function predicted(source: Source): Promise<number> {
  let rows = 0;
  for await (const batch of model.predict(source)) rows += batch.numRows;
  return rows;
}

if (values.write) {
  for (const format of ['arrow', 'parquet', 'csv', 'ndjson'] as const) {
    let encoder: TableEncoder | undefined;
    let [seconds, bytes] = [0, 0];
    const timed = async (work: () => Uint8Array | string | Promise<Uint8Array | string>) => {
      const began = performance.now();
      bytes += Buffer.from((await work()) as string).length;
      seconds += (performance.now() - began) / 1000;
    };
    for await (const batch of model.predict(flights.source, { keep: ['origin'] })) {
      encoder ??= await openTable(format, batch.schema);
      const { encode } = encoder;
      await timed(() => encode(batch));
    }
    await timed(() => encoder?.end() ?? '');
    console.log(`${format.padEnd(8)} ${seconds.toFixed(2)} s, ${Math.round(bytes / 1e6)} MB`);
  }
  process.exit();
}

if (values.rows !== undefined) {
  const many = Number(values.rows);
  const source = limit(repeatSource(flights.source, Math.ceil(many / 3e6)), many);
  let [rows, next] = [0, 0];
  const began = performance.now();
  for await (const batch of model.predict(source)) {
    rows += batch.numRows;
    if (rows < next) continue;
    next += many / 10;
    console.log(`${rows} rows, ${Math.round(process.memoryUsage.rss() / 1e6)} MB`);
  }
  console.log(`${rows} rows in ${((performance.now() - began) / 1000).toFixed(1)} s`);
  process.exit();
}

// With the label, which a mini-batch has.
const decoded = await Array.fromAsync(flights.source.open({ signal, columns: [...columns, 'delay'] }));
const { preprocessor, network, engine } = await loadTrained(run, flights);
const { layout } = preprocessor;

async function stepped(): Promise<number> {
  const rows$ = from(decoded).pipe(
    deriveColumns(flights.derive),
    encode(preprocessor, { reuse: true }),
    shuffle({ memoryMB: 16, order: 'stream', layout, seed: 0, epoch: 0, reuse: true }),
    miniBatch({ size: 512, engine, layout }),
    forward(network, { mode: 'inference' }),
    reduce((rows: number, { n }) => rows + n, 0),
  );
  return lastValueFrom(rows$);
}

async function decode(): Promise<number> {
  let rows = 0;
  for await (const batch of flights.source.open({ signal, columns })) {
    rows += batch.records.numRows;
    batch.release?.();
  }
  return rows;
}

/** Seconds of the processor, of all threads: others that are at work on the machine do not count in them. */
const computed = new Map<string, number[]>();

const contestant = (name: string, work: () => Promise<number>) => ({
  name,
  async measure() {
    const began = performance.now();
    const used = process.cpuUsage();
    const rows = await work();
    const { user, system } = process.cpuUsage(used);
    computed.set(name, [...(computed.get(name) ?? []), (user + system) / 1e6]);
    if (rows !== 3_000_000) throw new Error(`${name}: ${rows} rows`);
    return (performance.now() - began) / 1000;
  },
});

const times = await takeTurns(
  [
    contestant('decode', decode),
    contestant('step forward', stepped),
    contestant('predict', () => predicted(flights.source)),
  ],
  { rounds: Number(rounds), ms: 0 },
);
const middle = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] as number;
const cpu = (name: string) => middle(computed.get(name) ?? []);
for (const { name, median, low, high } of times) {
  const rate = (seconds: number) => (3 / seconds).toFixed(2);
  console.log(
    `${name.padEnd(14)} ${rate(median)} M rows/s (${rate(high)} to ${rate(low)}), ${cpu(name).toFixed(2)} s of the processor`,
  );
}
const [decodes, steps, predicts] = times;
const shares = predicts!.rounds.map((seconds, i) => Math.max(decodes!.rounds[i]!, steps!.rounds[i]!) / seconds);
console.log(`predict is at ${Math.round(100 * middle(shares))} % of the slower of the two`);
const both = cpu('decode') + cpu('step forward');
console.log(`it takes ${Math.round((100 * cpu('predict')) / both)} % of the processor's time of both`);

import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { tableFromArrays, tableToIPC } from 'apache-arrow';
import test from 'ava';
import { train } from '../../src/index.ts';
import { vector } from '../../src/preprocess/declare/vector.ts';
import { arrowIpc } from '../../src/source/arrow/arrowIpc.ts';
import { concatSources } from '../../src/source/combine/concatSources.ts';
import { filterRows } from '../../src/source/combine/filterRows.ts';
import { interleave } from '../../src/source/combine/interleave.ts';
import { limit } from '../../src/source/combine/limit.ts';
import { mix } from '../../src/source/combine/mix.ts';
import { offset } from '../../src/source/combine/offset.ts';
import { repeatSource } from '../../src/source/combine/repeatSource.ts';
import { files } from '../../src/source/files/files.ts';
import { memory } from '../../src/source/memory/memory.ts';
import { csv } from '../../src/source/text/csv.ts';
import { jsonLines } from '../../src/source/text/jsonLines.ts';
import type { Source } from '../../src/source/types.ts';
import { stoppedAt, temporaryFolder } from '../pipeline/run.ts';
import small, { rows } from '../pipeline/small.ts';
import { type FileServer, startFileServer } from './http/fileServer.ts';

const home = mkdtempSync(join(tmpdir(), 'millrace-resume-'));
test.after.always(() => rm(home, { recursive: true, force: true }));

const all = rows(200);
const path = (name: string, bytes: string | Uint8Array) => {
  writeFileSync(join(home, name), bytes);
  return join(home, name);
};
const names = Object.keys(all[0]!) as (keyof (typeof all)[0])[];
const csvOf = (part: typeof all) =>
  `${names.join(',')}\n${part.map((row) => names.map((name) => row[name] ?? '').join(',')).join('\n')}\n`;
const columns = Object.fromEntries(names.map((name) => [name, all.map((row) => row[name])]));
const types = { a: 'float64', b: 'float64', color: 'string', city: 'string', score: 'float64' } as const;

const csvPath = path('all.csv', csvOf(all));
const gzipPath = path('all.csv.gz', gzipSync(csvOf(all)));
const jsonPath = path('all.ndjson', all.map((row) => `${JSON.stringify(row)}\n`).join(''));
const arrowPath = path('all.arrow', tableToIPC(tableFromArrays(columns), 'file'));
for (const [name, begin, end] of [
  ['1', 0, 90],
  ['2', 90, 90],
  ['3', 90, 200],
] as const) {
  path(`part-${name}.csv`, csvOf(all.slice(begin, end)));
}
const batchRows = 37;

let server: FileServer;
test.before(async () => {
  server = await startFileServer();
  server.put('/all.csv', csvOf(all));
  server.put('/cut.ndjson', all.map((row) => `${JSON.stringify(row)}\n`).join(''), { cutAfter: 5000 });
  server.put('/all.arrow', tableToIPC(tableFromArrays(columns), 'file'));
});
test.after.always(() => server.close());

/** Each with the same rows in the same order as in memory. */
const same: Readonly<Record<string, () => Source>> = {
  csv: () => csv(csvPath, { batchRows }),
  'csv compressed by gzip': () => csv(gzipPath, { batchRows }),
  jsonLines: () => jsonLines(jsonPath, { batchRows }),
  arrowIpc: () => arrowIpc(arrowPath, { batchRows }),
  'csv from a server': () => csv(server.url('/all.csv'), { batchRows }),
  'jsonLines from a server that cuts connections': () => jsonLines(server.url('/cut.ndjson'), { batchRows }),
  'arrowIpc from a server': () => arrowIpc(server.url('/all.arrow'), { batchRows }),
  'files, an empty one among them': () => files(join(home, 'part-*.csv'), (file) => csv(file, { batchRows, types })),
  'concatSources of limit and offset': () =>
    concatSources(limit(csv(csvPath, { batchRows }), 50), offset(csv(csvPath, { batchRows }), 50)),
};
/** Each with rows of its own. */
const other: Readonly<Record<string, () => Source>> = {
  mix: () =>
    mix([csv(csvPath, { batchRows }), memory(all.slice(0, 60), { batchRows: 16 })], {
      weights: [2, 1],
      seed: 7,
      drawRows: 10,
    }),
  interleave: () => interleave(csv(csvPath, { batchRows }), memory(all.slice(0, 60), { batchRows: 16 })),
  repeat: () => repeatSource(limit(csv(csvPath, { batchRows }), 80), 2),
  filter: () => filterRows(csv(csvPath, { batchRows }), ['a'], (a) => Number(a) > -1),
};

for (const [name, make] of Object.entries({ ...same, ...other })) {
  test(`a run on ${name} that is stopped and resumed ends with the same bits`, async (t) => {
    t.timeout(300_000);
    const pipeline = { ...small, source: make() };
    const whole = await train(pipeline, { directory: await temporaryFolder(t) });
    if (Object.hasOwn(same, name)) {
      const inMemory = await train(small, { directory: await temporaryFolder(t) });
      t.is(whole.parametersSha256, inMemory.parametersSha256);
    }
    for (let step = 1; step < whole.steps; step += 5) {
      const directory = await temporaryFolder(t);
      const { pipeline: stopping, signal } = stoppedAt(pipeline, step);
      t.is((await train(stopping, { directory, signal })).steps, step);
      const resumed = await train({ ...small, source: make() }, { directory, resume: true });
      t.is(resumed.parametersSha256, whole.parametersSha256, `stopped after step ${step}`);
      t.deepEqual([resumed.rows, resumed.missing], [whole.rows, whole.missing]);
    }
  });
}

test('a run on lists is the same from lines of JSON and from memory, split by their numbers, and resumes to the same bits', async (t) => {
  const lists = all.map(({ a, b, score }, row) => ({
    row, // tells those apart that have no list
    v: row % 9 === 4 ? null : [a ?? null, b ?? null, row / 7],
    score,
  }));
  const jsonl = path('lists.ndjson', lists.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const open = { jsonLines: () => jsonLines(jsonl, { batchRows }), memory: () => memory(lists, { batchRows }) };
  const on = (source: Source) => ({ ...small, features: { v: vector(3, { missing: 'mean' }) }, source });
  const whole = await train(on(open.jsonLines()), { directory: await temporaryFolder(t) });
  t.true(whole.missing > 0);
  const inMemory = await train(on(open.memory()), { directory: await temporaryFolder(t) });
  t.is(inMemory.parametersSha256, whole.parametersSha256);
  for (const make of Object.values(open)) {
    for (let step = 1; step < whole.steps; step += 9) {
      const directory = await temporaryFolder(t);
      const { pipeline, signal } = stoppedAt(on(make()), step);
      await train(pipeline, { directory, signal });
      const resumed = await train(on(make()), { directory, resume: true });
      t.is(resumed.parametersSha256, whole.parametersSha256, `stopped after step ${step}`);
    }
  }
});

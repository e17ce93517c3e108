/**
 * `npx node test/bench/sources.ts [text,memory,groups,spill] [ROUNDS]`: rows a second of text by what becomes of rows that cannot be used, of
 * objects in memory, of Parquet by the size of its row groups, and of a shuffle by way of the disk; each in turns. Prints tables and writes
 * them to runs/bench/sources.md and .json.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { from, lastValueFrom } from 'rxjs';
import { createSpill } from '../../src/batch/spill.ts';
import { createGate, csv, deadLetter, jsonLines, memory, parquet, type Source, skipRows } from '../../src/index.ts';
import type { BadRowPolicy } from '../../src/pipeline/badRows/badRowPolicy.ts';
import { createBadRows, noBadRows } from '../../src/pipeline/badRows/badRows.ts';
import { createLetterFile } from '../../src/pipeline/badRows/letterFile.ts';
import { asText, digits, machine, type Section, shown, writeReport } from './report.ts';
import { type Contestant, ratioOf, takeTurns } from './turns.ts';

const [chosen = 'text,memory,groups,spill', rounds = '5'] = process.argv.slice(2);
const home = mkdtempSync(join(tmpdir(), 'millrace-bench-'));

/** Times a piece of work by its rows. */
function byRows(name: string, rows: number, work: () => Promise<number>): Contestant {
  return {
    name,
    async measure() {
      const begin = performance.now();
      const seen = await work();
      const seconds = (performance.now() - begin) / 1000;
      if (seen !== rows) throw new Error(`${name}: ${seen} rows of ${rows}`);
      return seconds / rows;
    },
  };
}

async function sectionOf(
  title: string,
  notes: readonly string[],
  contestants: readonly Contestant[],
): Promise<Section> {
  const all = await takeTurns(contestants, { rounds: Number(rounds), ms: 0 });
  return {
    title,
    notes,
    head: ['', 'rows a second', 'ns a row', 'times as fast as the first'],
    rows: all.map((times) => [
      times.name,
      digits(1 / times.median),
      shown(times, 1e-9),
      shown(ratioOf(times, all[0]!)),
    ]),
    data: Object.fromEntries(all.map(({ name, rounds }) => [name, rounds])),
  };
}

/** Reads a source to its end as a run does; the rows that were read, those that cannot be used among them. */
async function readAll(source: Source, policy: BadRowPolicy | 'fail' = 'fail'): Promise<number> {
  const path = typeof policy === 'string' ? null : policy.path;
  const letters = path === null ? undefined : createLetterFile(path);
  const badRows = createBadRows({ policy, source: source.name, letters });
  const counters = noBadRows();
  const pass = badRows.pass(counters);
  const batches$ = createGate().open(source, { badRows: badRows.mode });
  await lastValueFrom(batches$.pipe(pass.see, pass.noteToEnd()));
  letters?.cut(0);
  letters?.close();
  return counters.rowsRead;
}

function textSection(): Promise<Section> {
  const rows = 1_000_000;
  const types = { number: 'float64', word: 'string', yes: 'boolean', whole: 'int64' } as const;
  const write = (name: string, isDirty: boolean, line: (number: string, row: number) => string, head = '') => {
    const path = join(home, name);
    // One in a hundred has a word for its number.
    const numberOf = (row: number) => (isDirty && row % 100 === 50 ? '"none"' : `${row / 8}`);
    writeFileSync(path, head + Array.from({ length: rows }, (_, row) => line(numberOf(row), row)).join(''));
    return path;
  };
  const csvLine = (number: string, row: number) => `${number},word ${row % 97},${row % 3 === 0},${row}\n`;
  const jsonLine = (number: string, row: number) =>
    `{"number":${number},"word":"word ${row % 97}","yes":${row % 3 === 0},"whole":${row}}\n`;
  const letters = deadLetter(join(home, 'bad.ndjson'), { maxShare: 0.02 });
  const contestants = (name: string, open: (path: string) => Source, clean: string, dirty: string) => [
    byRows(`${name}, no row bad, fail`, rows, () => readAll(open(clean))),
    byRows(`${name}, no row bad, skipRows`, rows, () => readAll(open(clean), skipRows())),
    byRows(`${name}, 1 % bad, skipRows`, rows, () => readAll(open(dirty), skipRows({ maxShare: 0.02 }))),
    byRows(`${name}, 1 % bad, deadLetter`, rows, () => readAll(open(dirty), letters)),
  ];
  const head = 'number,word,yes,whole\n';
  return sectionOf(
    'Text, by what becomes of rows that cannot be used',
    [`${rows} rows of a float, a word, a boolean and an integer`],
    [
      ...contestants(
        'csv',
        (path) => csv(path, { types }),
        write('clean.csv', false, csvLine, head),
        write('dirty.csv', true, csvLine, head),
      ),
      ...contestants(
        'jsonLines',
        (path) => jsonLines(path, { types }),
        write('clean.ndjson', false, jsonLine),
        write('dirty.ndjson', true, jsonLine),
      ),
    ],
  );
}

function memorySection(): Promise<Section> {
  const rows = 500_000;
  const all = Array.from({ length: rows }, (_, i) => ({ a: i / 2, b: i % 3, word: i % 2 ? 'yes' : 'no' }));
  async function* later() {
    yield* all;
  }
  return sectionOf(
    'Objects in memory',
    [`${rows} rows of two numbers and a word`],
    [
      byRows('an array', rows, () => readAll(memory(all))),
      byRows('an iterable', rows, () => readAll(memory(() => all.values()))),
      byRows('an asynchronous iterable', rows, () => readAll(memory(later))),
    ],
  );
}

async function groupSection(): Promise<Section> {
  const rows = 3_000_000;
  const columns = Array.from({ length: 8 }, (_, i) => `((i + ${i}) % 1000) / 8 AS c${i}`).join(', ');
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  const contestants: Contestant[] = [];
  for (const groupRows of [rows, 30_000, 2048]) {
    const path = join(home, `${groupRows}.parquet`);
    const query = `SELECT i, ${columns} FROM range(${rows}) AS t(i)`;
    await connection.run(`COPY (${query}) TO '${path}' (ROW_GROUP_SIZE ${groupRows}, COMPRESSION zstd)`);
    contestants.push(
      byRows(`${Math.ceil(rows / groupRows)} row groups of ${groupRows}`, rows, () => readAll(parquet(path))),
    );
  }
  connection.closeSync();
  instance.closeSync();
  return sectionOf('Parquet, by the size of row groups', [`${rows} rows of nine columns, zstd`], contestants);
}

function spillSection(): Promise<Section> {
  const rows = 3_000_000;
  const words = 8;
  const batchRows = 65_536;
  const layout = {
    words,
    width: words,
    fields: [{ kind: 'numbers', name: 'x', word: 0, column: 0, count: words }],
  } as const;
  const batch = Float32Array.from({ length: words * batchRows }, (_, i) => i);
  const batches = Array.from({ length: Math.ceil(rows / batchRows) }, (_, i) => {
    const n = Math.min(batchRows, rows - i * batchRows);
    return { words: batch.subarray(0, n * words), n, cursor: i };
  });
  const spill = createSpill({ directory: home, memoryMB: 16, layout, rows, seed: 7 });
  return sectionOf(
    'A shuffle by way of the disk',
    [`${rows} rows of ${words} words, 16 MB of memory, ${spill.buckets} buckets`],
    [
      byRows('dealt', rows, async () => {
        await lastValueFrom(from(batches).pipe(spill.deal), { defaultValue: undefined });
        return rows;
      }),
      byRows('drawn, an epoch', rows, async () => {
        let drawn = 0;
        for await (const { length } of spill.draw({ epoch: 0, window: 0 })) drawn += length;
        return drawn;
      }),
    ],
  ).finally(() => spill.close());
}

const began = machine();
const makers: Readonly<Record<string, () => Promise<Section>>> = {
  text: textSection,
  memory: memorySection,
  groups: groupSection,
  spill: spillSection,
};
const sections: Section[] = [];
try {
  for (const part of chosen.split(',')) {
    const make = makers[part];
    if (!make) throw new Error(`no part ${part}: there are ${Object.keys(makers).join(', ')}`);
    sections.push(await make());
    console.log(asText(sections.at(-1)!));
  }
} finally {
  rmSync(home, { recursive: true });
}
console.log(`written: ${writeReport('runs/bench', began, sections, 'sources').join(', ')}`);

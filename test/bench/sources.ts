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
import { badRowFile, csv, jsonLines, memory, parquet, type Source, skipRows } from '../../src/index.ts';
import { createGate } from '../../src/operators.ts';
import type { BadRowPolicy } from '../../src/pipeline/badRows/badRowPolicy.ts';
import { createBadRows, noBadRows } from '../../src/pipeline/badRows/badRows.ts';
import { createBadRowWriter } from '../../src/pipeline/badRows/badRowWriter.ts';
import { asText, digits, machine, type Section, shown, writeReport } from './report.ts';
import { type Contestant, spreadOf, takeTurns } from './turns.ts';

const [chosen = 'text,memory,groups,spill', rounds = '5'] = process.argv.slice(2);
const home = mkdtempSync(join(tmpdir(), 'millrace-bench-'));

/** Seconds of the processor a row, of all threads, by contestant and round: others that are at work on the machine do not count in them. */
const computed = new Map<string, number[]>();

/** Times a piece of work by its rows. */
function byRows(name: string, rows: number, work: () => Promise<number>): Contestant {
  return {
    name,
    async measure() {
      const begin = performance.now();
      const used = process.cpuUsage();
      const seen = await work();
      const { user, system } = process.cpuUsage(used);
      const seconds = (performance.now() - begin) / 1000;
      if (seen !== rows) throw new Error(`${name}: ${seen} rows of ${rows}`);
      computed.set(name, [...(computed.get(name) ?? []), (user + system) / 1e6 / rows]);
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
  // The first turn of each was to warm up.
  const processor = all.map(({ name }) => computed.get(name)!.slice(1));
  return {
    title,
    notes,
    head: ['', 'rows a second', 'ns a row', 'ns of the processor', 'of those of the first'],
    rows: all.map((times, i) => [
      times.name,
      digits(1 / times.median),
      shown(times, 1e-9),
      shown(spreadOf(processor[i]!), 1e-9),
      shown(spreadOf(processor[i]!.map((seconds, round) => seconds / processor[0]![round]!))),
    ]),
    data: Object.fromEntries(all.map(({ name, rounds }, i) => [name, { rounds, processor: processor[i]! }])),
  };
}

/** Reads a source to its end as a run does; the rows that were read, those that cannot be used among them. */
async function readAll(source: Source, policy: BadRowPolicy | 'fail' = 'fail'): Promise<number> {
  const path = typeof policy === 'string' ? null : policy.path;
  const writer = path === null ? undefined : createBadRowWriter(path);
  const badRows = createBadRows({ policy, source: source.name, writer: writer });
  const counters = noBadRows();
  const pass = badRows.pass(counters);
  const batches$ = createGate().open(source, { badRows: badRows.mode });
  await lastValueFrom(batches$.pipe(pass.see, pass.noteToEnd()));
  writer?.cut(0);
  writer?.close();
  return counters.rowsRead;
}

const formats = {
  csv: {
    open: csv,
    head: 'number,word,yes,whole\n',
    line: (number: string, row: number) => `${number},word ${row % 97},${row % 3 === 0},${row}\n`,
  },
  jsonLines: {
    open: jsonLines,
    head: '',
    line: (number: string, row: number) =>
      `{"number":${number},"word":"word ${row % 97}","yes":${row % 3 === 0},"whole":${row}}\n`,
  },
} as const;

function textSection(name: keyof typeof formats): Promise<Section> {
  const rows = 1_000_000;
  const { open, head, line } = formats[name];
  const types = { number: 'float64', word: 'string', yes: 'boolean', whole: 'int64' } as const;
  /** One row in a hundred has a word for its number. */
  const write = (isDirty: boolean) => {
    const path = join(home, `${isDirty ? 'dirty' : 'clean'}.${name}`);
    const numberOf = (row: number) => (isDirty && row % 100 === 50 ? '"none"' : `${row / 8}`);
    writeFileSync(path, head + Array.from({ length: rows }, (_, row) => line(numberOf(row), row)).join(''));
    return () => open(path, { types });
  };
  const [clean, dirty] = [write(false), write(true)];
  const skipping = skipRows({ maxShare: 0.02 });
  const writer = badRowFile(join(home, 'bad.ndjson'), { maxShare: 0.02 });
  return sectionOf(
    `${name}, by what becomes of rows that cannot be used`,
    [`${rows} rows of a float, a word, a boolean and an integer`],
    [
      byRows(`${name}, no row bad, fail`, rows, () => readAll(clean())),
      byRows(`${name}, no row bad, skipRows`, rows, () => readAll(clean(), skipping)),
      byRows(`${name}, 1 % bad, skipRows`, rows, () => readAll(dirty(), skipping)),
      byRows(`${name}, 1 % bad, badRowFile`, rows, () => readAll(dirty(), writer)),
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
const makers: Readonly<Record<string, readonly (() => Promise<Section>)[]>> = {
  text: [() => textSection('csv'), () => textSection('jsonLines')],
  memory: [memorySection],
  groups: [groupSection],
  spill: [spillSection],
};
const sections: Section[] = [];
try {
  for (const part of chosen.split(',')) {
    if (!makers[part]) throw new Error(`no part ${part}: there are ${Object.keys(makers).join(', ')}`);
    for (const make of makers[part]) {
      const section = await make();
      sections.push(section);
      console.log(asText(section));
    }
  }
} finally {
  rmSync(home, { recursive: true });
}
console.log(`written: ${writeReport('runs/bench', began, sections, 'sources').join(', ')}`);

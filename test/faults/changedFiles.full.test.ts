import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { tableFromArrays, tableToIPC } from 'apache-arrow';
import test, { type ExecutionContext } from 'ava';
import {
  adam,
  arrowIpc,
  checkpoint,
  csv,
  definePipeline,
  dense,
  files,
  jsonLines,
  limit,
  meanSquaredError,
  numeric,
  type Pipeline,
  parquet,
  ResumeError,
  regression,
  SchemaError,
  type Sink,
  type Source,
  SourceError,
  sql,
  train,
  tsv,
  watch,
} from '../../src/index.ts';
import { quiet } from '../../src/laws/readSource.ts';
import { stoppedAt, temporaryFolder } from '../pipeline/run.ts';
import { type FileServer, startFileServer } from '../source/http/fileServer.ts';
import { writeSmall } from '../source/parquet/parquetFile.ts';

const count = 60;
const rows = Array.from({ length: count }, (_, i) => ({ number: i / 2, word: `w${i % 7}`, yes: true, whole: i }));
const text = (delimiter: string) =>
  [Object.keys(rows[0]!), ...rows.map((row) => Object.values(row))].map((row) => `${row.join(delimiter)}\n`).join('');
const table = tableFromArrays({
  number: Float64Array.from(rows, ({ number }) => number),
  whole: Int32Array.from(rows, ({ whole }) => whole),
});

const home = mkdtempSync(join(tmpdir(), 'millrace-changed-'));
const originals = new Map<string, Uint8Array>();
let server: FileServer;
test.before(async () => {
  server = await startFileServer();
  originals.set('rows.parquet', readFileSync(await writeSmall(join(home, 'rows.parquet'), rows)));
  originals.set('rows.csv', Buffer.from(text(',')));
  originals.set('rows.csv.gz', gzipSync(text(',')));
  originals.set('rows.csv.zst', zstdCompressSync(text(',')));
  originals.set('rows.tsv', Buffer.from(text('\t')));
  originals.set('rows.ndjson', Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join('')));
  originals.set('rows.arrow', tableToIPC(table, 'file'));
  originals.set('rows.arrows', tableToIPC(table, 'stream'));
});
test.after.always(async () => {
  await server.close();
  rmSync(home, { recursive: true, force: true });
});

/** A file, and who reads it. */
interface Case {
  readonly file: string;
  /** @param path of the file; its folder holds no other */
  readonly open: (path: string, url: string) => Source;
  /** Whether it is read to its end before a row is given: what becomes of it then is said, and changes nothing. */
  readonly isReadFirst?: true;
}

const batchRows = 13;
const options = { batchRows, types: { number: 'float64', word: 'string', yes: 'boolean', whole: 'float64' } } as const;
const query = { orderBy: 'whole', batchRows };
const cases: Readonly<Record<string, Case>> = {
  parquet: { file: 'rows.parquet', open: (path) => parquet(path) },
  csv: { file: 'rows.csv', open: (path) => csv(path, options) },
  'csv, types inferred': { file: 'rows.csv', open: (path) => csv(path, { batchRows }) },
  'csv in gzip': { file: 'rows.csv.gz', open: (path) => csv(path, options) },
  'csv in zstd': { file: 'rows.csv.zst', open: (path) => csv(path, options) },
  tsv: { file: 'rows.tsv', open: (path) => tsv(path, options) },
  jsonLines: { file: 'rows.ndjson', open: (path) => jsonLines(path, options) },
  'an Arrow file': { file: 'rows.arrow', open: (path) => arrowIpc(path, { batchRows }) },
  'an Arrow stream': { file: 'rows.arrows', open: (path) => arrowIpc(path, { batchRows }) },
  'parquet on a server': { file: 'rows.parquet', open: (_, url) => parquet(url) },
  'csv on a server': { file: 'rows.csv', open: (_, url) => csv(url, options) },
  'jsonLines on a server': { file: 'rows.ndjson', open: (_, url) => jsonLines(url, options) },
  'an Arrow file on a server': { file: 'rows.arrow', open: (_, url) => arrowIpc(url, { batchRows }) },
  files: { file: 'rows.csv', open: (path) => files(join(path, '../*.csv'), (file) => csv(file, options)) },
  'files of parquet': { file: 'rows.parquet', open: (path) => files(join(path, '../*.parquet'), parquet) },
  watch: {
    file: 'rows.csv',
    isReadFirst: true,
    open(path) {
      writeFileSync(path.replace('rows', 'then'), text(',').split('\n').slice(0, 3).join('\n'));
      const arrivals = watch(join(path, '..'), (file) => csv(file, options), {
        pattern: '*.csv',
        pollMs: 2,
        settleMs: 4,
      });
      return limit(arrivals, count + 2);
    },
  },
  'sql over csv': { file: 'rows.csv', open: (path) => sql(`FROM '${path}'`, query) },
  'sql over parquet, by a parameter': {
    file: 'rows.parquet',
    open: (path) => sql('FROM read_parquet($1)', { ...query, parameters: [path] }),
  },
};

function withOtherByte(path: string): Uint8Array {
  const bytes = readFileSync(path);
  const at = bytes.length >> 2;
  bytes[at] = bytes[at]! ^ 1;
  return bytes;
}

/** What becomes of a file. */
const changes: Readonly<Record<string, (path: string) => void>> = {
  'another byte': (path) => writeFileSync(path, withOtherByte(path)),
  'another file in its place': (path) => {
    writeFileSync(`${path}~`, withOtherByte(path));
    renameSync(`${path}~`, path);
  },
  'more rows': (path) => appendFileSync(path, readFileSync(path).subarray(-40)),
  'fewer rows': (path) => truncateSync(path, readFileSync(path).length - 40),
  'none any more': (path) => truncateSync(path, 0),
  gone: (path) => rmSync(path),
};

/** Lays the file out in a folder of its own and on the server, last written long ago. */
function layOut(name: string) {
  const folder = mkdtempSync(join(home, 'case-'));
  const path = join(folder, name);
  const at = `/${basename(folder)}/${name}`;
  writeFileSync(path, originals.get(name)!);
  utimesSync(path, 1e9, 1e9);
  server.put(at, originals.get(name)!);
  return {
    path,
    url: server.url(at),
    change(how: (path: string) => void) {
      how(path);
      if (existsSync(path)) server.put(at, readFileSync(path));
      else server.remove(at);
    },
  };
}

function pipelineOf(source: Source, sinks: readonly Sink[] = []): Pipeline {
  return definePipeline({
    name: 'changing',
    source,
    features: { number: numeric() },
    target: regression('whole'),
    shuffle: { memoryMB: 1 },
    batch: 16,
    network: [dense(1)],
    loss: meanSquaredError(),
    optimizer: adam(),
    epochs: 2,
    sinks: [checkpoint(), ...sinks],
    seed: 5,
  });
}

/** Does something when the run is about to begin, or after a step. */
function meanwhile(step: number, action: () => void): Sink {
  return {
    name: 'meanwhile',
    onError: 'stop',
    open() {
      if (step === 0) action();
      return {
        write(event) {
          if (event.kind === 'step' && event.step === step) action();
        },
        close() {},
      };
    },
  };
}

const perEpoch = Math.ceil(count / 16);

/** When a file changes: each runs until that is noticed. */
const moments: Readonly<
  Record<string, (t: ExecutionContext, { file, open }: Case, how: (path: string) => void) => Promise<unknown>>
> = {
  async 'while it is read'(_, { file, open }, how) {
    const { path, url, change } = layOut(file);
    const items = open(path, url).open({ signal: quiet() })[Symbol.asyncIterator]();
    await items.next();
    change(how);
    while (!(await items.next()).done);
  },
  async 'between fitting and training'(t, { file, open }, how) {
    const { path, url, change } = layOut(file);
    const pipeline = pipelineOf(open(path, url), [meanwhile(0, () => change(how))]);
    await train({ ...pipeline, epochs: 1 }, { directory: await temporaryFolder(t) });
  },
  // Its rows are still in memory.
  async 'between two epochs'(t, { file, open }, how) {
    const { path, url, change } = layOut(file);
    const pipeline = pipelineOf(open(path, url), [meanwhile(perEpoch, () => change(how))]);
    await train(pipeline, { directory: await temporaryFolder(t) });
  },
  async 'before the run is resumed'(t, { file, open }, how) {
    const { path, url, change } = layOut(file);
    const directory = await temporaryFolder(t);
    const first = stoppedAt(pipelineOf(open(path, url)), perEpoch + 1);
    await train(first.pipeline, { directory, signal: first.signal });
    change(how);
    await train(pipelineOf(open(path, url)), { directory, resume: true });
  },
};

for (const [name, each] of Object.entries(cases)) {
  test(`${name}: a file that is changed is an error, whenever and however`, async (t) => {
    for (const [when, until] of Object.entries(moments)) {
      if (each.isReadFirst && when === 'while it is read') continue;
      if (when !== 'while it is read')
        await t.notThrowsAsync(
          until(t, each, () => {}),
          when,
        );
      // The next pass over the file notices what the one of a resumed run does.
      const few = when.startsWith('between');
      for (const [what, change] of Object.entries(changes).slice(0, few ? 1 : undefined)) {
        const error = await t.throwsAsync(until(t, each, change), undefined, `${when}: ${what}`);
        const isTyped = [SourceError, ResumeError, SchemaError].some((kind) => error instanceof kind);
        t.true(isTyped, `${when}: ${what}: ${error?.stack}`);
        if (when === 'while it is read') t.regex(`${error?.message}`, /changed meanwhile|no such file|404/, what);
      }
    }
  });
}

import { createReadStream, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { tableFromArrays, tableToIPC } from 'apache-arrow';
import {
  adam,
  arrowIpc,
  type Batch,
  checkpoint,
  concatSources,
  csv,
  definePipeline,
  dense,
  embedding,
  files,
  filterRows,
  interleave,
  jsonLines,
  limit,
  meanSquaredError,
  memory,
  mix,
  numeric,
  type OpenOptions,
  offset,
  type Pipeline,
  parquet,
  regression,
  relu,
  type Sink,
  type Source,
  sql,
  watch,
} from '../../src/index.ts';
import type { FileServer } from '../source/http/fileServer.ts';
import { writeSmall } from '../source/parquet/parquetFile.ts';

/** A cell of the matrix; plain JSON, so that another process can be told of it. */
export interface ResumeCase {
  readonly source: string;
  readonly shuffle: boolean;
  readonly ahead: number;
  readonly batch: number;
}

export const rowCount = 75;
/** Rows of the windows in which they are shuffled: of four words and a place in the order. */
export const windows = [30, 30, 15];
const epochs = 4;
export const epochsOf = (source: string) => (source === stalling ? 1 : epochs);

/** A source without an end, whose rows come in parts: none before those that came have been trained on. It ends after the last of `rows`, all the same. */
export const stalling = 'without an end, in parts';
/** The numbers of rows after which it stalls, at the ends of record batches. */
const stalls = [39, 52];
/** The windows that come of it: the first is full, those before a stall are cut. In order, rows only wait for their mini-batch. */
export const cutWindows = { shuffled: [30, 9, 13, 23], inOrder: [39, 13, 23] };

/** Where the rows lie: a folder, and the address of a server. Plain JSON, too. */
export interface Places {
  readonly folder: string;
  readonly url: string;
}

/** The target `whole` is another number in every row: a row is known by it. */
const rows = Array.from({ length: rowCount }, (_, i) => ({
  number: (i * 7919) % 100,
  word: i % 3 === 2 ? null : `word ${i % 7}`,
  yes: i % 2 === 0,
  whole: i / 8,
}));
const names = ['number', 'word', 'yes', 'whole'] as const;
const types = { number: 'float64', word: 'string', yes: 'boolean', whole: 'float64' } as const;
const batchRows = 13;

function csvOf(part: typeof rows): string {
  const lines = part.map((row) => names.map((name) => row[name] ?? '').join(','));
  return [names.join(','), ...lines, ''].join('\n');
}

/** Writes the rows in every format into a folder, and puts some on a server. */
export async function writeData(folder: string, server: FileServer): Promise<void> {
  mkdirSync(join(folder, 'arrivals'));
  const write = (name: string, bytes: string | Uint8Array) => writeFileSync(join(folder, name), bytes);
  const columns = Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name])]));
  write('all.csv', csvOf(rows));
  write('all.csv.gz', gzipSync(csvOf(rows)));
  write('all.ndjson', rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  write('all.arrow', tableToIPC(tableFromArrays(columns), 'file'));
  write('all.arrows', tableToIPC(tableFromArrays(columns), 'stream'));
  write('part-1.csv', csvOf(rows.slice(0, 20)));
  write('part-2.csv', csvOf([]));
  write('part-3.csv', csvOf(rows.slice(20)));
  write('arrivals/1.csv', csvOf(rows.slice(0, 20)));
  write('arrivals/2.csv', csvOf(rows.slice(20)));
  await writeSmall(
    join(folder, 'all.parquet'),
    rows.map(({ whole, ...row }) => ({ ...row, whole: 8 * whole })),
  );
  for (const name of ['all.csv', 'all.arrow', 'all.parquet']) server.put(`/${name}`, readFileSync(join(folder, name)));
}

const oneCsv = ({ folder }: Places, name = 'all.csv') => csv(join(folder, name), { batchRows, types });

/** Every source that can go on from a cursor, over the same rows. */
export const sources: Readonly<Record<string, (places: Places) => Source>> = {
  memory: () => memory(rows, { batchRows }),
  iterable: () => memory(() => Readable.from(rows), { batchRows }),
  parquet: ({ folder }) => parquet(join(folder, 'all.parquet')),
  csv: (places) => oneCsv(places),
  'csv in gzip': (places) => oneCsv(places, 'all.csv.gz'),
  'csv from a stream': ({ folder }) => csv(() => createReadStream(join(folder, 'all.csv')), { batchRows, types }),
  jsonLines: ({ folder }) => jsonLines(join(folder, 'all.ndjson'), { batchRows, types }),
  arrowIpc: ({ folder }) => arrowIpc(join(folder, 'all.arrow'), { batchRows }),
  'arrowIpc, a stream': ({ folder }) => arrowIpc(join(folder, 'all.arrows'), { batchRows }),
  'files, one of them empty': ({ folder }) =>
    files(join(folder, 'part-*.csv'), (file) => csv(file, { batchRows, types })),
  concat: (places) => concatSources(...[1, 2, 3].map((part) => oneCsv(places, `part-${part}.csv`))),
  mix: (places) =>
    mix(
      [1, 3].map((part) => oneCsv(places, `part-${part}.csv`)),
      { weights: [1, 2], seed: 7, drawRows: 5 },
    ),
  sql: ({ folder }) => sql(`FROM '${join(folder, 'all.csv')}'`, { orderBy: 'whole', batchRows }),
};

/** More of them, of which fewer cells are enough where all have no time: they pass on what one of those above reads. */
export const others: typeof sources = {
  'csv over HTTP': ({ url }) => csv(`${url}all.csv`, { batchRows, types }),
  'arrowIpc over HTTP': ({ url }) => arrowIpc(`${url}all.arrow`, { batchRows }),
  'parquet over HTTP': ({ url }) => parquet(`${url}all.parquet`),
  'interleave of a long and a short one': (places) =>
    interleave(oneCsv(places, 'part-1.csv'), oneCsv(places, 'part-3.csv')),
  'limit and offset': (places) => concatSources(limit(oneCsv(places), 30), offset(oneCsv(places), 30)),
  filter: (places) =>
    concatSources(
      filterRows(oneCsv(places), ['yes'], (yes) => yes === true),
      filterRows(oneCsv(places), ['yes'], (yes) => yes === false),
    ),
  'watch, up to a row': ({ folder }) =>
    limit(
      watch(join(folder, 'arrivals'), (file) => csv(file, { batchRows, types }), { pollMs: 5, settleMs: 5 }),
      rowCount,
    ),
};

/** The source that stalls, and the sink that tells it what has been trained on. */
function createStalling(): { readonly source: Source; readonly sink: Sink } {
  const inner = memory(rows, { batchRows });
  let trained = 0;
  let wake = () => {};
  async function* open(options: OpenOptions): AsyncGenerator<Batch> {
    const { signal } = options;
    for await (const batch of inner.open(options)) {
      const row = Number(batch.cursor);
      while (stalls.includes(row) && trained < row) {
        await new Promise<void>((resolve, reject) => {
          wake = resolve;
          signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        });
      }
      yield batch;
    }
  }
  const sink: Sink = {
    name: 'tell the source',
    onError: 'stop',
    open(run) {
      trained = Number(run.snapshot().state.rows);
      return {
        write(event) {
          if (event.kind === 'step') trained = event.rows;
          wake();
        },
        close() {},
      };
    },
  };
  return { source: { ...inner, unbounded: true, open }, sink };
}

/** The run of a cell: windows, mini-batches and record batches end at different rows. */
export function pipelineOf({ source, shuffle, ahead, batch }: ResumeCase, places: Places): Pipeline {
  const { source: stallingSource, sink } = createStalling();
  const isStalling = source === stalling;
  return definePipeline({
    name: 'matrix',
    source: isStalling ? stallingSource : (sources[source] ?? others[source]!)(places),
    ...(isStalling && { fit: { rows: 20 } }),
    features: { number: numeric(), word: embedding(2), yes: numeric() },
    target: regression('whole', { scale: 'none' }),
    shuffle: shuffle && { memoryMB: 0.0006, ...(isStalling && { maxWaitMs: 5 }) },
    batch,
    network: [dense(4), relu(), dense(1)],
    loss: meanSquaredError(),
    optimizer: adam({ learningRate: 1e-2 }),
    epochs: epochsOf(source),
    sinks: isStalling ? [checkpoint(), sink] : [checkpoint()],
    seed: 5,
    ahead,
  });
}

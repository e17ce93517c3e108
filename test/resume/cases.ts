import { createReadStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { tableFromArrays, tableToIPC } from 'apache-arrow';
import {
  adam,
  arrowIpc,
  checkpoint,
  concat,
  csv,
  definePipeline,
  dense,
  embedding,
  files,
  jsonLines,
  meanSquaredError,
  memory,
  mix,
  numeric,
  type Pipeline,
  parquet,
  regression,
  relu,
  type Source,
  sql,
} from '../../src/index.ts';
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
export const epochs = 4;

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

/** Writes the rows in every format into a folder. */
export async function writeData(folder: string): Promise<void> {
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
  await writeSmall(
    join(folder, 'all.parquet'),
    rows.map(({ whole, ...row }) => ({ ...row, whole: 8 * whole })),
  );
}

/** Every source that can go on from a cursor, over the same rows. */
export const sources: Readonly<Record<string, (folder: string) => Source>> = {
  memory: () => memory(rows, { batchRows }),
  iterable: () => memory(() => Readable.from(rows), { batchRows }),
  parquet: (folder) => parquet(join(folder, 'all.parquet')),
  csv: (folder) => csv(join(folder, 'all.csv'), { batchRows, types }),
  'csv in gzip': (folder) => csv(join(folder, 'all.csv.gz'), { batchRows, types }),
  'csv from a stream': (folder) => csv(() => createReadStream(join(folder, 'all.csv')), { batchRows, types }),
  jsonLines: (folder) => jsonLines(join(folder, 'all.ndjson'), { batchRows, types }),
  arrowIpc: (folder) => arrowIpc(join(folder, 'all.arrow'), { batchRows }),
  'arrowIpc, a stream': (folder) => arrowIpc(join(folder, 'all.arrows'), { batchRows }),
  'files, one of them empty': (folder) => files(join(folder, 'part-*.csv'), (file) => csv(file, { batchRows, types })),
  concat: (folder) => concat(...[1, 2, 3].map((part) => csv(join(folder, `part-${part}.csv`), { batchRows, types }))),
  mix: (folder) =>
    mix(
      [1, 3].map((part) => csv(join(folder, `part-${part}.csv`), { batchRows, types })),
      { weights: [1, 2], seed: 7, drawRows: 5 },
    ),
  sql: (folder) => sql(`FROM '${join(folder, 'all.csv')}'`, { orderBy: 'whole', batchRows }),
};

/** The run of a cell: windows, mini-batches and record batches end at different rows. */
export function pipelineOf({ source, shuffle, ahead, batch }: ResumeCase, folder: string): Pipeline {
  return definePipeline({
    name: 'matrix',
    source: sources[source]!(folder),
    features: { number: numeric(), word: embedding(2), yes: numeric() },
    target: regression('whole', { scale: 'none' }),
    shuffle: shuffle && { memoryMB: 0.0006 },
    batch,
    network: [dense(4), relu(), dense(1)],
    loss: meanSquaredError(),
    optimizer: adam({ learningRate: 1e-2 }),
    epochs,
    sinks: [checkpoint()],
    seed: 5,
    ahead,
  });
}

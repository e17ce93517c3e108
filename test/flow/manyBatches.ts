import { createReadStream } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { tableFromArrays, tableToIPC } from 'apache-arrow';
import {
  arrowIpc,
  concatSources,
  csv,
  files,
  filterRows,
  interleave,
  jsonLines,
  limit,
  memory,
  mix,
  offset,
  parquet,
  repeatSource,
  type Source,
  sql,
  tsv,
  watch,
} from '../../src/index.ts';
import type { FileServer } from '../source/http/fileServer.ts';
import { writeSmall } from '../source/parquet/parquetFile.ts';

const rows = Array.from({ length: 1000 }, (_, i) => ({
  number: i / 2,
  word: `word ${i % 7}`,
  yes: i % 2 === 0,
  whole: i,
}));
const batchRows = 10;

/** Writes the files of the sources into a folder. */
export async function writeFiles(folder: string): Promise<void> {
  await mkdir(join(folder, 'arrivals'), { recursive: true });
  const write = (name: string, bytes: string | Uint8Array) => writeFile(join(folder, name), bytes);
  const text = (part: typeof rows, delimiter: string) =>
    ['number,word,yes,whole', ...part.map((row) => Object.values(row).join()), '']
      .join('\n')
      .replaceAll(',', delimiter);
  await write('many.csv', text(rows, ','));
  await write('many.tsv', text(rows, '\t'));
  await write('many.csv.gz', gzipSync(text(rows, ',')));
  await write('many.ndjson', rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const columns = Object.fromEntries(
    Object.keys(rows[0]!).map((name) => [name, rows.map((row) => row[name as 'whole'])]),
  );
  await write('many.arrow', tableToIPC(tableFromArrays(columns), 'file'));
  await write('many.arrows', tableToIPC(tableFromArrays(columns), 'stream'));
  await write('arrivals/1.csv', text(rows.slice(0, 400), ','));
  await write('arrivals/2.csv', text(rows.slice(400), ','));
  await writeSmall(join(folder, 'many.parquet'), rows);
}

/** Puts the files of the sources that are on a server there. */
export async function putFiles(folder: string, server: FileServer): Promise<void> {
  for (const name of ['many.csv', 'many.arrow', 'many.parquet'])
    server.put(`/${name}`, await readFile(join(folder, name)));
}

/** Where the files are: a folder, and the address of a server. */
export interface Places {
  readonly folder: string;
  readonly url: string;
}

const oneCsv = ({ folder }: Places, file = 'many.csv') => csv(join(folder, file), { batchRows });

/** Sources of some 100 record batches, all kinds there are: a new one is a line here. */
export const sources: Readonly<Record<string, (places: Places) => Source>> = {
  memory: () => memory(rows, { batchRows }),
  'memory of an iterable': () =>
    memory(
      async function* () {
        yield* rows;
      },
      { batchRows },
    ),
  'memory of an iterable that waits for nothing': () => memory(() => rows.values(), { batchRows }),
  'memory of a Readable': () => memory(Readable.from(rows), { batchRows }),
  parquet: ({ folder }) => parquet(join(folder, 'many.parquet')),
  csv: (places) => oneCsv(places),
  'csv in gzip': (places) => oneCsv(places, 'many.csv.gz'),
  'csv from a stream': ({ folder }) => csv(createReadStream(join(folder, 'many.csv')), { batchRows }),
  'jsonLines from a stream of the web': ({ folder }) =>
    jsonLines(Readable.toWeb(createReadStream(join(folder, 'many.ndjson'))) as ReadableStream<Uint8Array>, {
      batchRows,
    }),
  tsv: ({ folder }) => tsv(join(folder, 'many.tsv'), { batchRows }),
  jsonLines: ({ folder }) => jsonLines(join(folder, 'many.ndjson'), { batchRows }),
  'an Arrow file': ({ folder }) => arrowIpc(join(folder, 'many.arrow'), { batchRows }),
  'an Arrow stream': ({ folder }) => arrowIpc(() => createReadStream(join(folder, 'many.arrows')), { batchRows }),
  sql: ({ folder }) => sql(`FROM '${join(folder, 'many.csv')}'`, { orderBy: 'whole', batchRows }),
  'csv over HTTP': ({ url }) => csv(`${url}many.csv`, { batchRows }),
  'an Arrow file over HTTP': ({ url }) => arrowIpc(`${url}many.arrow`, { batchRows }),
  'parquet over HTTP': ({ url }) => parquet(`${url}many.parquet`),
  'parquet files': ({ folder, url }) => files([join(folder, 'many.parquet'), `${url}many.parquet`], parquet),
  files: (places) => files(join(places.folder, 'arrivals', '*.csv'), (path) => csv(path, { batchRows })),
  watch: ({ folder }) =>
    watch(join(folder, 'arrivals'), (path) => csv(path, { batchRows }), { pollMs: 5, settleMs: 5 }),
  concat: (places) => concatSources(oneCsv(places, 'arrivals/1.csv'), oneCsv(places, 'arrivals/2.csv')),
  interleave: (places) => interleave(oneCsv(places), oneCsv(places)),
  mix: (places) => mix([oneCsv(places), oneCsv(places)], { weights: [1, 2], seed: 1 }),
  take: (places) => limit(oneCsv(places), 990),
  skip: (places) => offset(oneCsv(places), 5),
  filter: (places) => filterRows(oneCsv(places), ['whole'], (whole) => Number(whole) % 3 > 0),
  repeat: (places) => repeatSource(oneCsv(places)),
};

/** The names of those that read in threads. */
export const threaded: readonly string[] = ['parquet', 'parquet over HTTP', 'parquet files', 'sql'];

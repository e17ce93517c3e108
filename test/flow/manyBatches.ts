import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { csv, memory, parquet, type Source } from '../../src/index.ts';
import { writeSmall } from '../source/parquetFile.ts';

const rows = Array.from({ length: 1000 }, (_, i) => ({
  number: i / 2,
  word: `word ${i % 7}`,
  yes: i % 2 === 0,
  whole: i,
}));
const batchRows = 10;

/** Writes the files of the sources into a folder. */
export async function writeFiles(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const lines = rows.map((row) => Object.values(row).join(','));
  await writeFile(join(folder, 'many.csv'), ['number,word,yes,whole', ...lines, ''].join('\n'));
  await writeSmall(join(folder, 'many.parquet'), rows);
}

/** Sources of 100 record batches. */
export const sources: Readonly<Record<string, (folder: string) => Source>> = {
  memory: () => memory(rows, { batchRows }),
  parquet: (folder) => parquet(join(folder, 'many.parquet')),
  csv: (folder) => csv(join(folder, 'many.csv'), { batchRows }),
};

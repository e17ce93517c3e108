import { mkdir, open, rename, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ParquetRow } from 'parquetjs-lite';
import { removeLeftovers } from '../files/writeDurably.ts';
import { text } from '../options/bounds.ts';
import { checkOptions } from '../options/checkOptions.ts';
import { metricFields, metricRows } from './metricRows.ts';
import type { Sink } from './types.ts';

export interface ParquetMetricsOptions {
  /**
   * The file, from the run's folder on.
   * @default 'metrics.parquet'
   */
  readonly path?: string;
}

/**
 * Writes reports, validations and the ends of epochs, not findings, into a Parquet file, row by row. A Parquet file can be read only when its end is written: it
 * is written beside, and gets its name when the run ends, also by an interruption or an error. Of a run that is killed only the
 * file of the run before it remains.
 *
 * A resumed run takes over the rows up to the step that it goes on from.
 *
 * @example parquetMetrics({ path: 'metrics.parquet' }).onError //=> 'log'
 */
export function parquetMetrics(options: ParquetMetricsOptions = {}): Sink {
  checkOptions<ParquetMetricsOptions>('parquetMetrics', options, { path: text('the name of a file') });
  const { path = 'metrics.parquet' } = options;
  return {
    name: 'parquetMetrics',
    onError: 'log',
    files: { [path]: 'losses and scores, as a table' },
    async open({ directory, resumedAt }) {
      const file = join(directory, path);
      const temporary = `${file}.${process.pid}.tmp`;
      await mkdir(dirname(file), { recursive: true });
      await removeLeftovers(dirname(file), `${basename(file)}.`);
      const parquetjs = await loadParquetJs();
      // Other readers refuse the page index of parquetjs-lite.
      const schema = new parquetjs.ParquetSchema(metricFields);
      const writer = await parquetjs.ParquetWriter.openFile(schema, temporary, { pageIndex: false });

      const known = new Set<string>();
      if (resumedAt !== undefined) {
        for await (const row of rowsUpTo(file, resumedAt)) {
          await append(row);
          // What was written of the step itself comes again when the run stopped right after it.
          if (row.step === resumedAt) known.add(`${row.kind}`);
        }
      }

      async function append(row: ParquetRow): Promise<void> {
        await writer.appendRow(row).catch((error) => {
          // parquetjs-lite throws texts.
          throw error instanceof Error ? error : new Error(String(error));
        });
      }

      let appended: Promise<void> = Promise.resolve();
      return {
        write(event) {
          if (event.kind === 'step' || event.kind === 'finding') return undefined;
          if (event.step === resumedAt && known.has(event.kind)) return undefined;
          const rows = metricRows(event);
          appended = appended.then(async () => {
            for (const row of rows) await append(row);
          });
          return appended;
        },
        async close() {
          await writer.close();
          const handle = await open(temporary, 'r+');
          await handle.sync().finally(() => handle.close());
          await rename(temporary, file);
        },
      };
    },
  };
}

/** Loaded where metrics are written: most programs do without. */
async function loadParquetJs() {
  return (await import('parquetjs-lite')).default;
}

/** The rows of an earlier file up to a step; none where there is no such file. */
async function* rowsUpTo(file: string, step: number): AsyncGenerator<ParquetRow> {
  const exists = await stat(file).then(
    () => true,
    () => false,
  );
  if (!exists) return;
  const parquetjs = await loadParquetJs();
  const reader = await parquetjs.ParquetReader.openFile(file);
  try {
    const cursor = reader.getCursor();
    for (let row = await cursor.next(); row; row = await cursor.next()) {
      const numbers = Object.entries(row).map(([name, value]) => [
        name,
        typeof value === 'bigint' ? Number(value) : value,
      ]);
      const plain: ParquetRow = Object.fromEntries(numbers);
      if (Number(plain.step) <= step) yield plain;
    }
  } finally {
    await reader.close();
  }
}

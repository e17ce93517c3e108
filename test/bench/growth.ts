import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TrainedRun, trainCommand } from './command.ts';
import { makeFloatsFile } from './floatsFile.ts';
import { digits, type Section } from './report.ts';

/** Rows of the files of so many columns: a window of 256 MB holds all of them. */
const WIDE_ROWS = 20_000;

interface Growing {
  readonly title: string;
  readonly engine: string;
  readonly file: string;
  /** What grows, and to what. */
  readonly what: string;
  readonly sizes: readonly number[];
  /** What is set for a size. */
  readonly env: (size: number) => Readonly<Record<string, string>>;
  /** What a row of a size takes, of what should stay as it is. */
  readonly unit: { readonly name: string; readonly of: (size: number) => number };
}

/** As the rows of an epoch grow, by the flights over and over: the peak of memory stays. */
export function rowGrowth(engine: string, millions: readonly number[]): Promise<Section> {
  return growthSection({
    title: 'flights with a window of 16 MB',
    engine,
    file: 'test/bench/growthPipeline.ts',
    what: 'million rows',
    sizes: millions,
    env: (count) => ({ MILLRACE_ROWS: `${count * 1e6}` }),
    unit: { name: 'ns a row', of: () => 1 },
  });
}

/** As the columns of a file grow. */
export function columnGrowth(engine: string, columns: readonly number[], directory: string): Promise<Section> {
  const fileOf = (count: number) => join(directory, `floats-${count}.parquet`);
  for (const count of columns) makeFloatsFile(fileOf(count), { rows: WIDE_ROWS, columns: count });
  return growthSection({
    title: `${WIDE_ROWS} rows of numbers`,
    engine,
    file: 'test/bench/floatsPipeline.ts',
    what: 'columns',
    sizes: columns,
    env: (count) => ({ MILLRACE_FLOATS: fileOf(count), MILLRACE_COLUMNS: `${count}` }),
    unit: { name: 'ns a number', of: (count) => count },
  });
}

/** As hidden layers of 64 units grow in number. */
export function layerGrowth(engine: string, layers: readonly number[]): Promise<Section> {
  return growthSection({
    title: 'a million rows of 32 numbers',
    engine,
    file: 'test/bench/floatsPipeline.ts',
    what: 'hidden layers',
    sizes: layers,
    env: (count) => ({ MILLRACE_LAYERS: `${count}` }),
    unit: { name: 'ns a row and layer', of: (count) => count },
  });
}

/** Seconds and peak memory of a run of each size, each in a process of its own; once, since they take minutes. */
async function growthSection({ title, engine, file, what, sizes, env, unit }: Growing): Promise<Section> {
  const runs: (TrainedRun & { readonly size: number; readonly ns: number })[] = [];
  for (const size of sizes) {
    const directory = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
    try {
      const run = await trainCommand(file, engine, directory, env(size));
      const ns = (1e9 * (run.phases.fit + run.phases.train)) / run.rows / unit.of(size);
      runs.push({ ...run, size, ns });
    } finally {
      rmSync(directory, { recursive: true });
    }
  }
  return {
    title: `Growth, ${title}, ${engine}`,
    notes: [`${unit.name}: of fitting and training`],
    head: [what, 'seconds', 'fit', 'train', 'validate', unit.name, 'peak MB', 'more than the first, MB'],
    rows: runs.map(({ size, seconds, phases, ns, peakMemoryBytes }) => [
      `${size}`,
      ...[seconds, phases.fit, phases.train, phases.validate, ns].map(digits),
      digits(peakMemoryBytes / 1e6),
      digits((peakMemoryBytes - runs[0].peakMemoryBytes) / 1e6),
    ]),
    data: runs.map(({ size, seconds, peakMemoryBytes }) => ({ size, seconds, peakMemoryBytes })),
  };
}

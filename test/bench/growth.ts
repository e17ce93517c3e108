import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TrainedRun, trainCommand } from './command.ts';
import { digits, type Section } from './report.ts';

/** Seconds and peak memory as the rows grow, each number of them in a process of its own; once, since they take minutes. */
export async function growthSection(engine: string, millions: readonly number[]): Promise<Section> {
  const runs: (TrainedRun & { readonly millions: number })[] = [];
  for (const count of millions) {
    const directory = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
    try {
      const env = { MILLRACE_ROWS: `${count * 1e6}` };
      runs.push({ millions: count, ...(await trainCommand('test/bench/growthPipeline.ts', engine, directory, env)) });
    } finally {
      rmSync(directory, { recursive: true });
    }
  }
  return {
    title: `Growth, flights with a window of 16 MB, ${engine}`,
    notes: [],
    head: [
      'million rows',
      'seconds',
      'fit',
      'train',
      'validate',
      'rows/s trained',
      'peak MB',
      'more than the first, MB',
    ],
    rows: runs.map(({ millions: count, seconds, phases, rowsPerSecond, peakMemoryBytes }) => [
      `${count}`,
      ...[seconds, phases.fit, phases.train, phases.validate, rowsPerSecond].map(digits),
      digits(peakMemoryBytes / 1e6),
      digits((peakMemoryBytes - runs[0].peakMemoryBytes) / 1e6),
    ]),
    data: runs.map(({ millions: count, seconds, peakMemoryBytes }) => ({ millions: count, seconds, peakMemoryBytes })),
  };
}

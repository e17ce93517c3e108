import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { removeLeftovers, writeDurably } from '../files/writeDurably.ts';
import { text } from '../options/bounds.ts';
import { checkOptions } from '../options/checkOptions.ts';
import type { TrainingEvent } from '../train/types.ts';
import type { Run, Sink } from './types.ts';

export interface NdjsonMetricsOptions {
  /**
   * The file, from the run's folder on.
   * @default 'metrics.ndjson'
   */
  readonly path?: string;
}

/**
 * Writes each report, validation, end of an epoch and finding as one line of JSON, at once, so that a killed run leaves whole lines. NaN and
 * infinite numbers become null.
 *
 * A resumed run appends. Lines of steps beyond the one it goes on from are removed first, since it will write them again: the
 * file reads as that of one run.
 *
 * @example ndjsonMetrics({ path: 'metrics.ndjson' }).onError //=> 'log'
 */
export function ndjsonMetrics(options: NdjsonMetricsOptions = {}): Sink {
  checkOptions<NdjsonMetricsOptions>('ndjsonMetrics', options, { path: text('the name of a file') });
  const { path = 'metrics.ndjson' } = options;
  return {
    name: 'ndjsonMetrics',
    onError: 'log',
    files: { [path]: 'losses and scores, epochs and findings, as lines of JSON' },
    async open(run) {
      const file = join(run.directory, path);
      await mkdir(dirname(file), { recursive: true });
      await removeLeftovers(dirname(file), `${basename(file)}.`);
      const kept = await keptLines(file, run.resumedAt);
      await writeDurably(file, Buffer.from(kept.map((line) => `${line}\n`).join('')));
      // What was written of the step itself comes again when the run stopped right after it.
      const known = new Set(
        kept.map((line) => keyOf(JSON.parse(line))).filter((key) => key.endsWith(` ${run.resumedAt}`)),
      );
      const handle = openSync(file, 'a');
      return {
        write(event) {
          if (event.kind !== 'step' && !known.has(keyOf(event))) writeSync(handle, `${JSON.stringify(event)}\n`);
        },
        close() {
          fsyncSync(handle);
          closeSync(handle);
        },
      };
    },
  };
}

async function keptLines(file: string, resumedAt: Run['resumedAt']): Promise<string[]> {
  if (resumedAt === undefined) return [];
  const text = await readFile(file, 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  // A last line without an end was cut when the process was killed.
  const lines = text.split('\n').slice(0, -1);
  return lines.filter((line) => stepOf(line) <= resumedAt);
}

function stepOf(line: string): number {
  try {
    return JSON.parse(line).step;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

function keyOf({ kind, step }: Pick<TrainingEvent, 'kind' | 'step'>): string {
  return `${kind} ${step}`;
}

import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeDurably } from '../files/writeDurably.ts';
import { abortSignal, aFunction, type Bound, bound, either, type Fields, integer, text } from '../options/bounds.ts';
import { checkOption, checkOptions } from '../options/checkOptions.ts';
import type { Pipeline } from '../pipeline/declare/pipeline.ts';
import { pipelineBound } from '../pipeline/declare/pipelineFields.ts';
import { sourceBound } from '../source/sourceBound.ts';
import type { Source } from '../source/types.ts';
import { findRun } from './findRun.ts';
import { reportPage } from './page/reportPage.ts';
import { readCurves } from './readCurves.ts';

/** The options of `writeReport`. */
export interface ReportOptions {
  /**
   * The file to write; its folder is made.
   * @default 'report.html'
   */
  readonly to?: string;
  /**
   * Other labelled rows than those that the run has held out: a source, or a file that is read as the run's own source was.
   * @default the rows that were held out, where `pipeline` is given
   */
  readonly source?: Source | string;
  /**
   * The pipeline of the run: its source has the rows that were held out. Without it and without `source` the report has no closer look.
   * @default none
   */
  readonly pipeline?: Pipeline;
  /**
   * Rows that are drawn for the closer look; an integer, at least 1.
   * @default 5000
   */
  readonly rows?: number;
  /** @default 1 */
  readonly seed?: number;
  /** Ends the reading. */
  readonly signal?: AbortSignal;
  /**
   * Receives warnings, a line of text each.
   * @default a warning of the process
   */
  readonly tell?: (line: string) => void;
}

/** A report that was written. */
export interface WrittenReport {
  readonly to: string;
  readonly bytes: number;
  /** What is not in it, and why. */
  readonly notes: readonly string[];
}

/**
 * Writes a report on a run, or on several beside each other, as one HTML file that needs neither a network nor a script: what was trained on what, the
 * network, curves, metrics with intervals beside the constant answer, a closer look at labelled rows, health, settings and the command that trains it again.
 *
 * @param runs folders of runs, or their names below `runs`: `flights/3`; 1 to 50
 * @throws DataError where there is no such run, or a file of it is damaged
 * @throws OptionError where an option is out of bounds
 * @example
 * ```ts
 * import flats from './flats.ts';
 *
 * const { to, notes } = await writeReport(['runs/flats/1'], { to: 'flats.html', pipeline: flats });
 * console.log(to, notes);
 * ```
 */
export async function writeReport(runs: readonly string[], options: ReportOptions = {}): Promise<WrittenReport> {
  checkOption('writeReport: runs', runs, runsBound);
  checkOptions<ReportOptions>('writeReport', options, fields);
  const {
    to = 'report.html',
    rows = 5000,
    seed = 1,
    signal = new AbortController().signal,
    source,
    pipeline,
  } = options;
  const { tell = (line) => process.emitWarning(line) } = options;
  const found = await Promise.all(runs.map((named) => findRun(named)));
  const points = Math.max(60, Math.floor(300 / found.length));
  const reported = await Promise.all(
    found.map(async (run) => {
      const curves = await readCurves(run.directory, points);
      if (found.length > 1) return { run, curves, notes: [] };
      // Models and explanations are loaded where they are needed.
      const { lookCloser } = await import('./lookCloser.ts');
      const given = { ...(source !== undefined && { source }), ...(pipeline && { pipeline }) };
      return { run, curves, ...(await lookCloser(run.directory, { ...given, rows, seed, signal, tell })) };
    }),
  );
  const bytes = Buffer.from(reportPage(reported, new Date().toISOString()));
  await mkdir(dirname(to), { recursive: true });
  await writeDurably(to, bytes);
  return { to, bytes: bytes.length, notes: reported.flatMap(({ notes }) => notes) };
}

const runsBound: Bound<readonly string[]> = bound(
  'a list of 1 to 50 folders of runs',
  (value) =>
    Array.isArray(value) && value.length > 0 && value.length <= 50 && value.every((each) => typeof each === 'string'),
);

const fields: Fields<ReportOptions> = {
  to: text('the name of a file'),
  source: either(sourceBound, text('the name of a file')),
  pipeline: pipelineBound,
  rows: integer({ least: 1 }),
  seed: integer(),
  signal: abortSignal,
  tell: aFunction(),
};

import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { lastValueFrom } from 'rxjs';
import { assertOwn } from '../../brand.ts';
import { CheckpointError, NumericError } from '../../errors.ts';
import { lockDirectory } from '../../files/lockDirectory.ts';
import { takeUntilAborted } from '../../flow/takeUntilAborted.ts';
import { checkOption, checkOptions } from '../../options/checkOptions.ts';
import { createFanOut, type FanOut } from '../../sink/fanOut.ts';
import type { Run, Sink } from '../../sink/types.ts';
import type { OnReading } from '../../source/types.ts';
import { configOf } from '../declare/configOf.ts';
import type { Pipeline } from '../declare/pipeline.ts';
import { pipelineBound } from '../declare/pipelineFields.ts';
import { type TrainOptions, trainFields } from '../declare/trainOptions.ts';
import { keepFirstRows } from '../rows/firstRows.ts';
import { isAllHeldOut, nothingScored } from '../rows/splitWarnings.ts';
import { makeDirectory } from './makeDirectory.ts';
import { noTime, type Phases } from './phases.ts';
import { type Begun, type Prepared, prepareRun } from './prepare.ts';
import { newestCheckpoint } from './resume.ts';
import { watchedMetric } from './runProgress.ts';
import { createRunRecord, recordFiles } from './runRecord.ts';
import { answersOf, snapshotRun } from './runState.ts';
import { type RunEnd, type Summary, summarize } from './summary.ts';
import { trainingEvents } from './trainingEvents.ts';

/**
 * Runs a pipeline to its end, or until it is interrupted.
 *
 * @throws OptionError where another copy of Millrace has made the pipeline
 * @throws LockError where another run works in the folder
 * @throws CheckpointError where it cannot be written
 * @throws ResumeError where there is nothing to resume, the source or the pipeline has changed since, or `warmStart` is another
 * pipeline's
 * @throws DataError where a row cannot be used, or more are than `badRows` allows
 * @throws BadRowFileError where rows that cannot be used cannot be written down
 * @throws SpillError where rows that outgrow memory cannot be dealt to disk
 * @throws NumericError where the loss, a gradient or a parameter is no longer finite; it names the last good checkpoint
 * @example
 * ```ts
 * import flats from './flats.ts';
 *
 * const { outcome, validation } = await train(flats, { directory: 'runs/flats/1' });
 * console.log(outcome, validation?.rmse);
 * ```
 */
export async function train(pipeline: Pipeline, options: TrainOptions): Promise<Summary> {
  assertOwn('train: pipeline', pipeline);
  checkOption('train: pipeline', pipeline, pipelineBound);
  checkOptions('train', options, trainFields);
  const { directory, signal, resume = false, log = () => {} } = options;
  const began = { at: performance.now(), time: new Date().toISOString() };
  await makeDirectory(directory);
  const release = await lockDirectory(directory);
  const record = createRunRecord({ directory, resume, log });
  const stop = new AbortController();
  let prepared: Prepared | undefined;
  let ongoing: Ongoing | undefined;

  /** What is known of the run at its end: all of it where it was prepared. */
  async function endOf(outcome: Summary['outcome'], error: unknown): Promise<RunEnd | Summary> {
    const end: RunEnd = {
      name: pipeline.name,
      outcome,
      error: outcome === 'failed' ? asText(error) : null,
      began: began.time,
      seconds: (performance.now() - began.at) / 1000,
      // One that is damaged is told of by who resumes.
      checkpoint: (await newestCheckpoint(directory).catch(() => undefined)) ?? null,
      directory,
      files: await filesOf(pipeline, directory),
    };
    if (!prepared || !ongoing) return end;
    const { assembly, progress, origin } = prepared;
    const { phases, rowsBefore, fanOut } = ongoing;
    const rows = assembly.training.rows - rowsBefore;
    const { dropped } = fanOut;
    const warnings = [...origin.warnings, ...(outcome === 'failed' ? [] : warningsAtEnd(prepared, signal))];
    return summarize({ end, assembly, progress, trainingRows: origin.trainingRows, phases, rows, warnings, dropped });
  }

  try {
    if (!resume) await assertNoCheckpoint(directory);
    const sinks = [...pipeline.sinks, record.sink];
    prepared = await prepareRun(keepFirstRows(pipeline, stop.signal), {
      ...options,
      log: record.log,
      onReading: readingOf(sinks),
      async begin(facts) {
        // A source may be read more than once.
        if (record.hasBegun) return;
        await record.begin(configOf(pipeline, options, facts));
        record.log('info', beginning(pipeline, directory, facts));
      },
    });
    const { assembly, progress, origin, resumedAt } = prepared;
    const phases = { ...noTime(), fit: prepared.fitSeconds };
    const run: Run = {
      name: pipeline.name,
      directory,
      engine: assembly.engine.name,
      epochs: pipeline.epochs,
      metric: watchedMetric(pipeline),
      totalRows: origin.trainingRows === null ? undefined : origin.trainingRows * pipeline.epochs,
      resumedAt,
      snapshot: () => snapshotRun(assembly, progress, origin),
      log: record.log,
    };
    const fanOut = createFanOut({ sinks, run, hold: assembly.gate.hold });
    ongoing = { phases, rowsBefore: assembly.training.rows, fanOut };
    await lastValueFrom(trainingEvents(prepared, phases, signal).pipe(fanOut.operator, takeUntilAborted(signal)), {
      defaultValue: undefined,
    });
    await fanOut.closed();
    assembly.badRows.writer?.close();
    for (const warning of warningsAtEnd(prepared, signal)) record.log('warn', warning);
    const outcome = signal?.aborted ? 'interrupted' : 'completed';
    const summary = (await endOf(outcome, null)) as Summary;
    record.note('info', ending(summary));
    await record.end(summary);
    return summary;
  } catch (cause) {
    const error = await withLastCheckpoint(cause, directory);
    if (record.hasBegun) {
      const outcome = signal?.aborted && error === signal.reason ? 'interrupted' : 'failed';
      record.note(outcome === 'failed' ? 'error' : 'info', outcome === 'failed' ? asText(error).message : outcome);
      await record.end(await endOf(outcome, error));
      log('info', `${join(directory, 'run.log')} and the files beside it tell of this run`);
    }
    throw error;
  } finally {
    stop.abort();
    try {
      prepared?.assembly.badRows.writer?.close();
    } finally {
      try {
        await prepared?.assembly.spill?.close();
      } finally {
        await release();
      }
    }
  }
}

/** A run that makes steps. */
interface Ongoing {
  readonly phases: Phases;
  /** Rows that were trained on before this process. */
  readonly rowsBefore: number;
  readonly fanOut: FanOut;
}

function beginning({ name }: Pipeline, directory: string, { engine, resumedAt }: Begun): string {
  const doing = resumedAt === undefined ? 'begins' : 'goes on';
  const why = engine.note && engine.name !== 'blas' ? '; millrace doctor says why it is not blas' : '';
  return `${name} ${doing} in ${directory}, on the ${engine.name} engine${why}`;
}

function ending({ outcome, steps, lossEpoch, best, earlyStopping }: Summary): string {
  const stopped = earlyStopping?.stoppedAt ? ', stopped early' : '';
  const kept =
    earlyStopping?.isBestInPlace && best
      ? `; the model is that of epoch ${best.epoch}, step ${best.step}, the best by ${best.metric}`
      : '';
  return `${outcome}${stopped} at epoch ${lossEpoch ?? 1}, step ${steps}${kept}`;
}

function asText(error: unknown): { readonly name: string; readonly message: string } {
  return error instanceof Error
    ? { name: error.name, message: error.message }
    : { name: 'Error', message: String(error) };
}

/** What a run has written, of what it may write: the paths from its folder on. */
async function filesOf({ sinks, badRows }: Pipeline, directory: string): Promise<Summary['files']> {
  const badRowFile = badRows === 'fail' || badRows.path === null ? {} : { [badRows.path]: 'rows that cannot be used' };
  const named = Object.assign({}, ...sinks.map(({ files }) => files), badRowFile) as Summary['files'];
  const found: Record<string, string> = {};
  for (const [path, what] of Object.entries(named)) {
    const isThere = await access(resolve(directory, path)).then(
      () => true,
      () => false,
    );
    if (isThere) found[path] = what;
  }
  return { ...found, ...recordFiles };
}

/** Tells the sinks that want to know; one that fails meanwhile does not cost the run what it can do without. */
function readingOf(sinks: readonly Sink[]): OnReading | undefined {
  const watching = sinks.filter(({ reading }) => reading);
  if (watching.length === 0) return undefined;
  return (progress) => {
    for (const { reading, onError } of watching) {
      try {
        reading?.(progress);
      } catch (error) {
        if (onError === 'stop') throw error;
      }
    }
  };
}

/** Where not all rows were read for fitting, it is known only now whether one is held out. */
function warningsAtEnd({ assembly, progress, origin }: Prepared, signal: AbortSignal | undefined): string[] {
  const { pipeline, training } = assembly;
  const isKnown = pipeline.split.validation === 0 || progress.validation !== null || signal?.aborted;
  const isSaid = isAllHeldOut(pipeline, origin.trainingRows !== null);
  const unscored = isKnown || isSaid ? [] : [nothingScored(pipeline, training.rows)];
  return [...unscored, ...(answersOf(assembly, progress).chosen?.notes ?? [])];
}

/** A new run never writes over another. */
async function assertNoCheckpoint(directory: string): Promise<void> {
  const last = await newestCheckpoint(directory);
  if (last === undefined) return;
  throw new CheckpointError({
    where: directory,
    expected: 'a folder without checkpoints',
    received: last,
    hint: 'Resume that run (--resume), or choose another folder (--out)',
  });
}

/** Where training failed on its numbers, tells which checkpoint was good. */
async function withLastCheckpoint(error: unknown, directory: string): Promise<unknown> {
  if (!(error instanceof NumericError)) return error;
  const last = await newestCheckpoint(directory).catch(() => undefined);
  const { where, expected, received, hint } = error;
  const good = last ? `The last good checkpoint is ${last}` : 'There is no checkpoint yet';
  return new NumericError({ where, expected, received, hint: hint ? `${hint}. ${good}` : good, cause: error });
}

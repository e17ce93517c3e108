import { lastValueFrom } from 'rxjs';
import type { Spill } from '../batch/spill.ts';
import { assertOwn } from '../brand.ts';
import { lockDirectory } from '../checkpoint/lockDirectory.ts';
import { CheckpointError, NumericError } from '../errors.ts';
import { createFanOut } from '../flow/fanOut.ts';
import type { Run } from '../types.ts';
import type { LetterFile } from './badRows/letterFile.ts';
import { keepFirstRows } from './keepFirstRows.ts';
import { makeDirectory } from './makeDirectory.ts';
import { noTime } from './phases.ts';
import type { Pipeline } from './pipeline.ts';
import { prepareRun } from './prepare.ts';
import { newestCheckpoint } from './resume.ts';
import { snapshotRun } from './runState.ts';
import { type Summary, summarize } from './summary.ts';
import { trainingEvents } from './trainingEvents.ts';
import type { TrainOptions } from './trainOptions.ts';
import { untilAborted } from './untilAborted.ts';

/**
 * Runs a pipeline to its end, or until it is interrupted.
 *
 * @throws OptionError where another copy of Millrace has made the pipeline
 * @throws CheckpointError where another run works in the folder, or it cannot be written
 * @throws ResumeError where there is nothing to resume, the source or the pipeline has changed since, or `warmStart` is another
 * pipeline's
 * @throws DataError where a row cannot be used, or more are than `badRows` allows
 * @throws LetterError where rows that cannot be used cannot be written down
 * @throws SpillError where rows that outgrow memory cannot be dealt to disk
 * @throws NumericError where the loss, a gradient or a parameter is no longer finite; it names the last good checkpoint
 */
export async function train(pipeline: Pipeline, options: TrainOptions): Promise<Summary> {
  assertOwn('train: pipeline', pipeline);
  const { directory, signal, log = () => {} } = options;
  const began = performance.now();
  await makeDirectory(directory);
  const release = await lockDirectory(directory);
  let spill: Spill | undefined;
  let letters: LetterFile | undefined;
  const stop = new AbortController();
  try {
    if (!options.resume) await assertNoCheckpoint(directory);
    const prepared = await prepareRun(keepFirstRows(pipeline, stop.signal), options);
    const { assembly, progress, origin, resumedAt } = prepared;
    spill = assembly.spill;
    letters = assembly.badRows.letters;
    const phases = { ...noTime(), fit: prepared.fitSeconds };
    const rowsBefore = assembly.training.rows;
    const run: Run = {
      name: pipeline.name,
      directory,
      engine: assembly.engine.name,
      totalRows: origin.trainingRows === null ? undefined : origin.trainingRows * pipeline.epochs,
      resumedAt,
      snapshot: () => snapshotRun(assembly, progress, origin),
      log,
    };
    const fanOut = createFanOut({ sinks: pipeline.sinks, run, hold: assembly.gate.hold });
    await lastValueFrom(trainingEvents(prepared, phases, signal).pipe(fanOut.operator, untilAborted(signal)), {
      defaultValue: undefined,
    }).catch(async (error) => {
      throw await withLastCheckpoint(error, directory);
    });
    await fanOut.closed();
    letters?.close();
    return summarize({
      assembly,
      progress,
      phases,
      directory,
      outcome: signal?.aborted ? 'interrupted' : 'completed',
      seconds: (performance.now() - began) / 1000,
      rows: assembly.training.rows - rowsBefore,
      checkpoint: (await newestCheckpoint(directory)) ?? null,
      dropped: fanOut.dropped,
    });
  } finally {
    stop.abort();
    try {
      letters?.close();
    } finally {
      try {
        await spill?.close();
      } finally {
        await release();
      }
    }
  }
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
  const last = await newestCheckpoint(directory);
  const { where, expected, received, hint } = error;
  const good = last ? `The last good checkpoint is ${last}` : 'There is no checkpoint yet';
  return new NumericError({ where, expected, received, hint: hint ? `${hint}. ${good}` : good, cause: error });
}

import { openEngine } from '../engine/openEngine.ts';
import { createGate } from '../flow/gate.ts';
import { type Preprocessor, restorePreprocessor } from '../preprocess/preprocessor.ts';
import { endSpare } from '../source/parquet/spareWorker.ts';
import type { EngineName } from '../types.ts';
import { type Assembly, assemble } from './assemble.ts';
import { createBadRows } from './badRows/badRows.ts';
import { letterFileOf, resumeLetters } from './badRows/resumeLetters.ts';
import { fitPipeline } from './fit.ts';
import { keptBytes } from './keepHeldOut.ts';
import { openSpill } from './openSpill.ts';
import type { Pipeline } from './pipeline.ts';
import { noProgress, type Progress } from './progress.ts';
import { readColumns } from './readColumns.ts';
import { encodeHeldOut } from './replay.ts';
import { assertReadable, assertSameRun, checkpointIn } from './resume.ts';
import { type Origin, restoreRun, type SavedState } from './runState.ts';
import type { TrainOptions } from './trainOptions.ts';
import { warmStart } from './warmStart.ts';
import { windowMB } from './windowMB.ts';

/** A run that stands before its next step. */
export interface Prepared {
  readonly assembly: Assembly;
  readonly progress: Progress;
  readonly origin: Origin;
  /** The last step before the break; undefined for a new run. */
  readonly resumedAt: number | undefined;
  /** Seconds that the pass for fitting took. */
  readonly fitSeconds: number;
}

/**
 * Looks at the source, fits the preprocessing, or takes both from the latest checkpoint or another model's, and puts the run together.
 *
 * @throws ResumeError where there is nothing to resume, the source or the pipeline has changed, or a warm start does not fit
 */
export async function prepareRun(pipeline: Pipeline, options: TrainOptions): Promise<Prepared> {
  const { directory, signal, log, threads, declared = { file: null, settings: {} }, notes = {} } = options;
  const open = (name: EngineName | undefined) => {
    const engine = openEngine(name, { threads });
    if (engine.note) log?.(name ? 'warn' : 'info', `${engine.name} engine. ${engine.note}`);
    return engine;
  };
  const gate = createGate({ ahead: pipeline.ahead });
  const prepareSpill = ({ layout }: Preprocessor, trainingRows: number | null) => {
    if (trainingRows === null) return undefined;
    const spill = openSpill(pipeline, { layout, trainingRows, directory });
    if (spill)
      log?.(
        'info',
        `${trainingRows} rows outgrow the window: ${spill.buckets} buckets on disk, ${(spill.bytes / 1e6).toFixed(1)} MB`,
      );
    return spill;
  };
  if (options.resume) assertReadable(pipeline.source);
  const letters = letterFileOf(pipeline, directory);
  const badRows = createBadRows({ policy: pipeline.badRows, source: pipeline.source.name, letters, log });
  const columns = await readColumns(pipeline, signal);
  const fingerprint = await pipeline.source.fingerprint(signal);

  if (options.resume) {
    const { path, snapshot } = await checkpointIn(directory, log);
    const state = snapshot.state as unknown as SavedState;
    const engine = open(options.engine ?? state.engine);
    assertSameRun(path, state, { pipeline, engine, fingerprint });
    const { trainingRows } = state;
    const preprocessor = restorePreprocessor(state.preprocessor);
    const spill = prepareSpill(preprocessor, trainingRows);
    const assembly = assemble({ pipeline, engine, gate, columns, preprocessor, badRows, spill });
    const progress = restoreRun(assembly, snapshot);
    resumeLetters(path, state, pipeline, letters, log);
    log?.('info', `resumed at step ${state.step} of ${path}`);
    return {
      assembly,
      progress,
      origin: { ...declared, notes: state.notes ?? {}, fingerprint, trainingRows },
      resumedAt: state.step,
      fitSeconds: 0,
    };
  }

  const engine = open(options.engine);
  letters?.cut(0);
  const began = performance.now();
  const warm = options.warmStart === undefined ? undefined : await warmStart(options.warmStart, pipeline);
  const keepBytes = 1e6 * windowMB(pipeline);
  const fitting = { gate, columns, badRows, signal, known: warm?.preprocessor, keepBytes };
  const { preprocessor, fittedRows, trainingRows, reading } = await fitPipeline(pipeline, fitting);
  const fitSeconds = (performance.now() - began) / 1000;
  log?.(
    'info',
    warm
      ? `begins from ${options.warmStart}, on ${fittedRows} rows`
      : `fitted the preprocessing on ${fittedRows} rows in ${fitSeconds.toFixed(2)} s`,
  );
  const spill = prepareSpill(preprocessor, trainingRows);
  const assembly = assemble({ pipeline, engine, gate, columns, preprocessor, badRows, spill }, warm?.begin);
  if (reading) {
    // What is kept takes the memory of the thread that has read it.
    endSpare();
    assembly.kept.reading = reading;
    if (pipeline.split.validation > 0) assembly.kept.heldOut = encodeHeldOut(reading, preprocessor, keptBytes);
  }
  const origin: Origin = { ...declared, notes, fingerprint, trainingRows };
  return { assembly, progress: noProgress(), origin, resumedAt: undefined, fitSeconds };
}

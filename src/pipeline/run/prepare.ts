import { openEngine } from '../../engine/openEngine.ts';
import type { Engine, EngineName } from '../../engine/types.ts';
import { createGate } from '../../flow/gate.ts';
import { megabytes } from '../../format/sizes.ts';
import { savedState } from '../../model/savedState.ts';
import type { Origin, Progress, SavedState } from '../../model/types.ts';
import { type Preprocessor, restorePreprocessor } from '../../preprocess/encode/preprocessor.ts';
import { noteOf } from '../../source/columnNote.ts';
import { releaseReaders } from '../../source/readers.ts';
import { textTypes } from '../../source/text/columnType.ts';
import type { OnReading, Tell } from '../../source/types.ts';
import { createBadRows } from '../badRows/badRows.ts';
import { badRowWriterOf, resumeBadRowFile } from '../badRows/resumeBadRowFile.ts';
import type { Pipeline } from '../declare/pipeline.ts';
import { distinctSplits, savedSplit, splitAfter } from '../declare/splitRule.ts';
import type { TrainOptions } from '../declare/trainOptions.ts';
import { columnsToRead } from '../rows/columnsToRead.ts';
import { encodeHeldOut, keptBytes } from '../rows/heldOut.ts';
import { openSpill } from '../rows/openSpill.ts';
import { windowMB } from '../rows/windowMB.ts';
import { type Assembly, assemble } from './assemble.ts';
import { assertSameContent } from './assertSameSource.ts';
import { fitPipeline } from './fit.ts';
import { assertEpochs, assertReadable, assertSameRun, checkpointIn, nothingLeft } from './resume.ts';
import { noProgress } from './runProgress.ts';
import { restoreRun } from './runState.ts';
import { warmStart } from './warmStart.ts';

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

/** What is known of a run when it begins. */
export interface Begun {
  readonly engine: Engine;
  /** Those that were asked for; null where they were not. */
  readonly threads: number | null;
  /** The last step before the break; undefined for a new run. */
  readonly resumedAt: number | undefined;
}

export interface PrepareOptions extends TrainOptions {
  /** Told how far the source has been read before the first step. */
  readonly onReading?: OnReading | undefined;
  /** Called when nothing is left to be refused, before the first row is read. */
  readonly begin?: (begun: Begun) => Promise<void>;
}

/**
 * Looks at the source, fits the preprocessing, or takes both from the latest checkpoint or another model's, and puts the run together.
 *
 * @throws ResumeError where there is nothing to resume, the source or the pipeline has changed, or a warm start does not fit
 */
export async function prepareRun(pipeline: Pipeline, options: PrepareOptions): Promise<Prepared> {
  const { directory, signal, log, onReading, begin, declared = { file: null, settings: {} }, notes = {} } = options;
  const open = (name: EngineName | undefined, threads: number | null) => {
    const engine = openEngine(name, { threads: threads ?? undefined });
    // Where nothing was asked for, `millrace doctor` and the configuration of the run say it.
    const isAsked = name !== undefined || process.env.MILLRACE_BLAS;
    if (engine.note && isAsked) log?.(name ? 'warn' : 'info', `${engine.name} engine. ${engine.note}`);
    return engine;
  };
  const tell = log && sayOnce(log);
  const gate = createGate({ ahead: pipeline.ahead, tell });
  const prepareSpill = ({ layout }: Preprocessor, trainingRows: number | null) => {
    if (trainingRows === null) return undefined;
    const spill = openSpill(pipeline, { layout, trainingRows, directory });
    if (spill)
      log?.(
        'info',
        `${trainingRows} rows outgrow the window: ${spill.buckets} buckets on disk, ${megabytes(spill.bytes, 1)}`,
      );
    return spill;
  };
  if (options.resume) assertReadable(pipeline.source);
  const badRowWriter = badRowWriterOf(pipeline, directory);
  const badRows = createBadRows({ policy: pipeline.badRows, source: pipeline.source.name, writer: badRowWriter, log });
  const fingerprint = await pipeline.source.fingerprint(signal);

  /** What a model needs to know of how its rows were read. Checkpoints of before it was kept have none. */
  const readAs = async (saved?: SavedState): Promise<Pick<Origin, 'reading' | 'types'>> => {
    if (saved?.types) return { reading: saved.reading ?? null, types: saved.types };
    const schema = await pipeline.source.schema(signal);
    return { reading: pipeline.source.reading ?? null, types: textTypes(schema, columns) };
  };

  if (options.resume) {
    const { path, snapshot } = await checkpointIn(directory, log);
    const state = savedState(snapshot, path);
    const threads = options.threads ?? state.threads ?? null;
    const engine = open(options.engine ?? state.engine, threads);
    assertSameRun(path, state, { pipeline, engine, settings: declared.settings });
    assertEpochs(path, state.progress, pipeline);
    await assertSameContent(pipeline.source, state.fingerprint, fingerprint, signal);
    const { trainingRows, splitsBefore = [], warnings = [] } = state;
    const split = savedSplit(state, pipeline);
    const columns = await columnsToRead(pipeline, signal, { tell, splits: [split] });
    const preprocessor = restorePreprocessor(state.preprocessor);
    const spill = prepareSpill(preprocessor, trainingRows);
    const onWindow = firstWindow(onReading, trainingRows);
    const parts = { pipeline, engine, gate, split, columns, preprocessor, badRows, spill, tell, onReading: onWindow };
    const assembly = assemble(parts);
    const progress = restoreRun(assembly, { path, tensors: snapshot.tensors, state });
    resumeBadRowFile(path, state, pipeline, badRowWriter, log);
    await begin?.({ engine, threads, resumedAt: state.step });
    log?.('info', `resumed at step ${state.step} of ${path}${nothingLeft(pipeline, progress, assembly.training)}`);
    return {
      assembly,
      progress,
      origin: {
        ...declared,
        threads,
        ...(await readAs(state)),
        notes: state.notes ?? {},
        fingerprint,
        trainingRows,
        split,
        splitsBefore,
        warnings,
      },
      resumedAt: state.step,
      fitSeconds: 0,
    };
  }

  const { threads = null } = options;
  const engine = open(options.engine, threads);
  badRowWriter?.cut(0);
  const began = performance.now();
  const warm = options.warmStart === undefined ? undefined : await warmStart(options.warmStart, pipeline, tell);
  const keepBytes = 1e6 * windowMB(pipeline);
  const beginNew = begin && (() => begin({ engine, threads, resumedAt: undefined }));
  const known = { known: warm?.preprocessor, split: warm && splitAfter(warm.splits[0], pipeline) };
  const read = await columnsToRead(pipeline, signal, { tell, splits: known.split && [known.split] });
  const fitting = { gate, columns: read, badRows, signal, ...known, used: null, keepBytes, onReading, begin: beginNew };
  const fitted = await fitPipeline(pipeline, fitting);
  const { preprocessor, split, columns, fittedRows, trainingRows, reading, warnings } = fitted;
  const splitsBefore = distinctSplits([split, ...(warm?.splits ?? [])]).slice(1);
  const fitSeconds = (performance.now() - began) / 1000;
  log?.(
    'info',
    warm
      ? `begins from ${options.warmStart}, on ${fittedRows} rows`
      : `fitted the preprocessing on ${fittedRows} rows in ${fitSeconds.toFixed(2)} s`,
  );
  for (const doubt of await doubtfulTypes(pipeline, columns, signal)) log?.('warn', doubt);
  if (splitsBefore.length > 0) {
    log?.('warn', `${options.warmStart} held other rows out: it may have been trained on rows that are held out now`);
  }
  for (const warning of warnings) log?.('warn', warning);
  const spill = prepareSpill(preprocessor, trainingRows);
  const onWindow = firstWindow(onReading, trainingRows);
  const parts = { pipeline, engine, gate, split, columns, preprocessor, badRows, spill, tell, onReading: onWindow };
  const assembly = assemble(parts, warm?.begin);
  if (reading) {
    // What is kept takes the memory of the thread that has read it.
    releaseReaders();
    assembly.kept.reading = reading;
    if (pipeline.split.validation > 0) assembly.kept.heldOut = encodeHeldOut(reading, preprocessor, keptBytes);
  }
  const noted = typeof notes === 'function' ? await notes(split) : notes;
  const origin: Origin = {
    ...declared,
    threads,
    ...(await readAs()),
    notes: noted,
    fingerprint,
    trainingRows,
    split,
    splitsBefore,
    warnings,
  };
  return { assembly, progress: noProgress(), origin, resumedAt: undefined, fitSeconds };
}

/** Tells of the first window alone: the others come while the run goes on. */
function firstWindow(onReading: OnReading | undefined, trainingRows: number | null): OnReading | undefined {
  if (!onReading) return undefined;
  let isOver = false;
  return (progress) => {
    if (!isOver) onReading(progress && { ...progress, totalRows: trainingRows ?? undefined });
    isOver ||= progress === undefined;
  };
}

/** What a source says each time that it is read, a run says once. */
function sayOnce(log: NonNullable<TrainOptions['log']>): Tell {
  const said = new Set<string>();
  return (line, level = 'warn') => {
    if (said.has(line)) return;
    // An endless run has endless lines.
    if (said.size === mostSaid) said.clear();
    said.add(line);
    log(level, line);
  };
}

const mostSaid = 1000;

/** What is to be said of columns that are read as strings since a value decided so: a function or a category takes strings, too. */
async function doubtfulTypes(
  { source }: Pipeline,
  columns: readonly string[],
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const { fields } = await source.schema(signal);
  return fields.flatMap((field) => {
    const note = columns.includes(field.name) ? noteOf(field) : undefined;
    if (!note || note.isMeant) return [];
    const meant = `Give types: { ${JSON.stringify(field.name)}: 'string' } where that is meant`;
    return [`${source.name}: column ${field.name} is read as strings: ${note.reason}. ${note.hint}. ${meant}.`];
  });
}

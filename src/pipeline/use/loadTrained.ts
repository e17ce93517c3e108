import { isDeepStrictEqual } from 'node:util';
import { assertOwn } from '../../brand.ts';
import { engineNames, openEngine } from '../../engine/openEngine.ts';
import type { EngineName } from '../../engine/types.ts';
import { createGate } from '../../flow/gate.ts';
import { findCheckpoint } from '../../model/findCheckpoint.ts';
import { savedAnswers } from '../../model/savedModel.ts';
import { loadSaved } from '../../model/savedState.ts';
import { takeParameters } from '../../model/takeParameters.ts';
import type { ModelState } from '../../model/types.ts';
import { aFunction, bound, isObject, oneOf, text } from '../../options/bounds.ts';
import { checkOption, checkOptions } from '../../options/checkOptions.ts';
import { restorePreprocessor } from '../../preprocess/encode/preprocessor.ts';
import { shownReading } from '../../source/changed.ts';
import { type ReadAlikeOptions, readAlike } from '../../source/readAlike.ts';
import { sourceBound } from '../../source/sourceBound.ts';
import type { OpenOptions, Source } from '../../source/types.ts';
import { createBadRows } from '../badRows/badRows.ts';
import { assertSameDescription, describePipeline } from '../declare/description.ts';
import type { Pipeline } from '../declare/pipeline.ts';
import { pipelineBound } from '../declare/pipelineFields.ts';
import { columnsOfSplit, savedSplit } from '../declare/splitRule.ts';
import { columnsToRead } from '../rows/columnsToRead.ts';
import { type Assembly, assemble } from '../run/assemble.ts';

/** The options of `loadTrained`. */
export interface LoadTrainedOptions {
  /**
   * A file, by its path or address: all of its rows are read as the source reads its own, by the same reader with the same options, and with
   * the types that the model was trained on.
   */
  readonly file?: string;
  /** How the file is to be read where it is not read as the source is. */
  readonly reading?: Omit<ReadAlikeOptions, 'types'>;
  /**
   * The rows that it will be used on, or, where a file is named, the source that it is read like.
   * @default the pipeline's
   */
  readonly source?: Source;
  /** @default the fastest that works */
  readonly engine?: EngineName;
  /**
   * Receives warnings about the rows, a line of text each.
   * @default a warning of the process
   */
  readonly tell?: OpenOptions['tell'];
}

/**
 * A trained model: the frozen preprocessing and the network of a checkpoint, ready to be used on a source.
 *
 * @param named the checkpoint, or the folder of a run, whose latest it is
 * @param pipeline the pipeline that it was made by
 * @param options what it will be used on: all rows of a file, or a source; the pipeline's own by default
 * @throws OptionError where another copy of Millrace has made the pipeline, or nothing tells how a file is to be read
 * @throws ResumeError where the checkpoint was made by another pipeline
 * @throws SchemaError where the source lacks a column
 * @example
 * ```ts
 * import flats from './flats.ts';
 *
 * const model = await loadTrained('runs/flats/1', flats, { file: 'new.csv' });
 * const { metrics } = await evaluateModel(model, 'all');
 * console.log(metrics.rmse);
 * ```
 */
export async function loadTrained(
  named: string,
  pipeline: Pipeline,
  options: LoadTrainedOptions = {},
): Promise<Assembly> {
  assertOwn('loadTrained: pipeline', pipeline);
  checkOption('loadTrained: path', named, text('the path of a checkpoint'));
  checkOption('loadTrained: pipeline', pipeline, pipelineBound);
  checkOptions<LoadTrainedOptions>('loadTrained', options, {
    file: text('a path or an address'),
    reading: bound('an object { format, options }', isObject),
    source: sourceBound,
    engine: oneOf(...engineNames),
    tell: aFunction(),
  });
  const { file, reading, source = pipeline.source, engine, tell } = options;
  const path = await findCheckpoint(named, tell);
  const saved = await loadSaved(path);
  const { state } = saved;
  assertSameDescription(path, state.pipeline, describePipeline(pipeline), 'Undo the change, or train anew');
  const types = state.types ?? {};
  if (file !== undefined)
    noteReading(readAlike(source, file, reading?.format ? { format: reading.format } : {}), state, tell);
  const used = { ...pipeline, source: file === undefined ? source : readAlike(source, file, { ...reading, types }) };
  const split = savedSplit(state, pipeline);
  const { fields } = await used.source.schema();
  // Where all rows of another source are meant, it need not have what tells them apart.
  const hasColumns = columnsOfSplit(split).every((column) => fields.some(({ name }) => name === column));
  const parts = {
    pipeline: used,
    engine: openEngine(engine),
    gate: createGate({ ahead: pipeline.ahead, ...(tell && { tell }) }),
    split,
    columns: await columnsToRead(used, undefined, { splits: hasColumns ? [split] : [] }),
    preprocessor: restorePreprocessor(state.preprocessor),
    badRows: createBadRows({ policy: pipeline.badRows, source: used.source.name }),
  };
  const assembly = assemble(parts, (network) => takeParameters(network, saved));
  assembly.training.step = state.step;
  assembly.training.rows = state.rows;
  return { ...assembly, answers: savedAnswers(path, state.answers, assembly.preprocessor.target) };
}

/** Says so where a source of the same format reads otherwise than it did when the model was trained. */
function noteReading({ name, reading }: Source, { reading: was }: ModelState, tell: LoadTrainedOptions['tell']): void {
  if (!reading || was?.format !== reading.format || isDeepStrictEqual(was, reading)) return;
  const line = `${name}: the source of the pipeline reads ${shownReading(reading)}; when the model was trained it read ${shownReading(was)}`;
  (tell ?? ((text: string) => process.emitWarning(text)))(line);
}

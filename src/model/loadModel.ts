import { fileURLToPath } from 'node:url';
import { assertOwn } from '../brand.ts';
import { loadCheckpoint } from '../checkpoint/loadCheckpoint.ts';
import { decodeSnapshot } from '../checkpoint/snapshotFile.ts';
import { engineNames } from '../engine/openEngine.ts';
import type { EngineName } from '../engine/types.ts';
import type { Loss } from '../loss/loss.ts';
import type { Layer } from '../network/layer.ts';
import { aFunction, type Bound, bound, isObject, number, oneOf } from '../options/bounds.ts';
import { checkOption, checkOptions } from '../options/checkOptions.ts';
import { type Derivation, derivationsBound } from '../preprocess/derive/derivation.ts';
import type { OpenOptions } from '../source/types.ts';
import { assembleModel } from './assembleModel.ts';
import { findCheckpoint } from './findCheckpoint.ts';
import type { Model } from './model.ts';
import { type ModelPlace, modelBytes } from './modelBytes.ts';
import type { LayerMaker } from './restoreLayer.ts';

/** What a pipeline declares of its model: functions of the user's are taken from there. */
export interface DeclaredModel {
  readonly derive: readonly Derivation[];
  readonly network: readonly Layer[];
  readonly loss: Loss;
}

/** The options of `loadModel`. */
export interface LoadModelOptions {
  /**
   * Derivations that are functions of the user's, as `derive(...)` makes them: a function is never run from a file.
   * @default those of `pipeline`
   */
  readonly derive?: readonly Derivation[];
  /**
   * What makes the user's own layers, by their kind, from the options that they have in the file.
   * @default those of `pipeline`
   */
  readonly layers?: Readonly<Record<string, LayerMaker>>;
  /**
   * The user's own loss, which says what an output stands for.
   * @default that of `pipeline`
   */
  readonly loss?: Loss;
  /** The pipeline that made the model, in place of `derive`, `layers` and `loss`. */
  readonly pipeline?: DeclaredModel;
  /**
   * Of a target of two classes: the probability from which on the second is predicted; in [0, 1].
   * @default that of the file, which a pipeline declares or has chosen on held-out rows; 0.5 where there is none
   */
  readonly threshold?: number;
  /**
   * Of `blas` the last bits depend on how many rows are predicted at once; of the others they do not.
   * @default 'wasm'
   */
  readonly engine?: EngineName;
  /**
   * Receives warnings, a line of text each: what looks wrong and stops nothing.
   * @default a warning of the process
   */
  readonly tell?: OpenOptions['tell'];
}

const place: Bound<string | ModelPlace> = bound(
  'the path of a checkpoint or of the folder of a run, its address, or its bytes',
  (value) =>
    (typeof value === 'string' && value !== '') ||
    [URL, Response, Blob, ArrayBuffer, Uint8Array].some((kind) => value instanceof kind),
);

/**
 * Loads a trained model, ready to predict. The file is enough: architecture, parameters, preprocessing and derivations are in it. Only functions
 * of the user's have to be given.
 *
 * @param from a checkpoint, or the folder of a run, whose latest it is; its address (`https:`), a response, or its bytes
 * @throws SourceError where it cannot be fetched
 * @throws CheckpointError where it cannot be read
 * @throws ResumeError where a function, a layer or a loss of the user's is missing
 * @example
 * ```ts
 * const model = await loadModel('runs/flats/1');
 * console.log(model.predictRow({ size: 82, rooms: 3 }).predicted);
 * ```
 */
export async function loadModel(from: string | ModelPlace, options: LoadModelOptions = {}): Promise<Model> {
  checkOption('loadModel: from', from, place);
  checkOptions<LoadModelOptions>('loadModel', options, {
    derive: derivationsBound,
    layers: bound('an object of functions, by kind', isObject),
    loss: bound('a loss', isObject),
    pipeline: bound('a pipeline, as definePipeline gives it', isObject),
    threshold: number({ least: 0, most: 1 }),
    engine: oneOf(...engineNames),
    tell: aFunction(),
  });
  const { pipeline } = options;
  if (pipeline) assertOwn('loadModel: pipeline', pipeline);
  const tell = options.tell ?? ((line: string) => process.emitWarning(line));
  if (typeof from === 'string' ? /^https?:/i.test(from) : !(from instanceof URL && from.protocol === 'file:')) {
    const { where, bytes } = await modelBytes(from);
    return assembleModel(where, decodeSnapshot(bytes, where), { ...options, tell });
  }
  const where = await findCheckpoint(typeof from === 'string' ? from : fileURLToPath(from as URL), tell);
  const snapshot = await loadCheckpoint(where);
  return assembleModel(where, snapshot, { ...options, tell });
}

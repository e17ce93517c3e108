import { readFile, realpath } from 'node:fs/promises';
import { loadCheckpoint } from '../checkpoint/loadCheckpoint.ts';
import { decodeSnapshot } from '../checkpoint/snapshotFile.ts';
import { CheckpointError, OptionError } from '../errors.ts';
import { writeDurably } from '../files/writeDurably.ts';
import type { Json } from '../json.ts';
import { findCheckpoint } from '../model/findCheckpoint.ts';
import type { Model } from '../model/model.ts';
import { partsOf } from '../model/modelParts.ts';
import { readSavedModel, type SavedModel } from '../model/savedModel.ts';
import { type Bound, bound, isObject, number, oneOf } from '../options/bounds.ts';
import { checkOption, checkOptions } from '../options/checkOptions.ts';
import { shownValue } from '../options/shown.ts';
import { type ImportedNetwork, layoutOf, trainedNetworkOf } from './importedNetwork.ts';
import { encodeOnnx } from './onnx/encodeOnnx.ts';
import { type ExportFrom, onnxOf, onnxOfNetwork } from './onnx/onnxOf.ts';
import type { OnnxFile } from './onnx/types.ts';
import { modelDescription, WEIGHTS_FORMAT, weightsOf } from './torch/weightsOf.ts';
import { networkOf } from './trainedNetwork.ts';
import { typescriptOf } from './typescript/typescriptOf.ts';

/** The options of `exportModel`. */
export interface ExportModelOptions {
  /**
   * For ONNX and TypeScript: what goes into the exported model. `columns`: those of the source, as they are; `features`: the columns of features, after derivation;
   * `encoded`, for ONNX: what the network sees, with the codes of embeddings beside it.
   * @default 'columns'
   */
  readonly from?: ExportFrom;
  /**
   * For ONNX and TypeScript, of a target of two classes: the probability from which on the label is the second; in [0, 1].
   * @default that of the model
   */
  readonly threshold?: number;
}

/** What an exported model takes or gives. */
export interface ExportedValue {
  readonly name: string;
  /** The type of its tensor: `double`, `string`, `int64`, ... */
  readonly type: string;
  /** `N` is the number of rows. */
  readonly shape: readonly (number | string)[];
  /** What it holds, in words. */
  readonly about?: string;
}

/** A model in a format of others. */
export interface ExportedModel {
  /** The file. */
  readonly bytes: Uint8Array;
  readonly inputs: readonly ExportedValue[];
  readonly outputs: readonly ExportedValue[];
  /** What stands in the file beside it, of the same name with the ending `.json`: where it is one of weights. */
  readonly description?: { readonly [key: string]: Json };
}

const place: Bound<string | Uint8Array | Model | ImportedNetwork> = bound(
  'the path of a checkpoint or of the folder of a run, its bytes, a model of loadModel, or an imported network',
  (value) =>
    (typeof value === 'string' && value !== '') ||
    value instanceof Uint8Array ||
    (isObject(value) && (isImported(value) || partsOf(value as Model) !== undefined)),
);

const formats = ['onnx', 'safetensors', 'ts'] as const;

/**
 * Writes a trained model in a format that other programs run: ONNX or TypeScript, with its preprocessing folded in, or weights as PyTorch has them.
 *
 * @param model a checkpoint, or the folder of a run, whose latest it is; the bytes of one; a model that is loaded; or a network that was imported
 * @param to a path that ends in `.onnx`, in `.ts`, or in `.safetensors`, which has a `.json` beside it; or one of these words alone, and nothing is written
 * @throws OptionError where something of the model is a function of the user's, which the format cannot express
 * @throws CheckpointError where the model cannot be read, or the file not be written
 * @example
 * ```ts
 * const { inputs } = await exportModel('runs/flats/1', 'flats.onnx');
 * console.log(inputs.map(({ name, type }) => `${name}: ${type}`));
 * ```
 */
export async function exportModel(
  model: string | Uint8Array | Model | ImportedNetwork,
  to: string,
  options: ExportModelOptions = {},
): Promise<ExportedModel> {
  checkOption('exportModel: model', model, place);
  checkOptions<ExportModelOptions>('exportModel', options, {
    from: oneOf('columns', 'features', 'encoded'),
    threshold: number({ least: 0, most: 1 }),
  });
  const format = formats.find((each) => to === each || `${to}`.endsWith(`.${each}`));
  if (!format) {
    throw new OptionError({
      where: 'exportModel: to',
      expected: 'a path that ends in .onnx, .safetensors or .ts, or one of these words for the bytes alone',
      received: shownValue(to),
    });
  }
  const exported = isImported(model)
    ? exportNetwork(model, format, options)
    : exportSaved(await opened(model), format, options);
  if (to === format) return exported;
  await checkFree(model, to);
  const { description, bytes } = exported;
  const json = description && new TextEncoder().encode(`${JSON.stringify(description, undefined, 2)}\n`);
  // What says how to use them is there when the weights are.
  if (json) await writeBeside(`${to.slice(0, -`.${format}`.length)}.json`, json);
  await write(to, bytes);
  return exported;
}

/**
 * Weights are in the format of checkpoints: the model itself must not be written over.
 *
 * @throws OptionError where it would be
 */
async function checkFree(model: unknown, to: string): Promise<void> {
  if (typeof model !== 'string') return;
  const own = await realpath(await findCheckpoint(model)).catch(() => undefined);
  if (own === undefined || (await realpath(to).catch(() => undefined)) !== own) return;
  throw new OptionError({
    where: 'exportModel: to',
    expected: 'another file than that of the model',
    received: to,
    hint: 'Write it elsewhere',
  });
}

function isImported(model: object | string): model is ImportedNetwork {
  return isObject(model) && 'tensors' in model && 'layers' in model && 'forward' in model;
}

interface Opened {
  readonly where: string;
  readonly saved: SavedModel;
  readonly threshold?: number;
}

async function opened(model: string | Uint8Array | Model): Promise<Opened> {
  if (model instanceof Uint8Array) {
    const where = 'the bytes of a model';
    return { where, saved: readSavedModel(where, decodeSnapshot(model, where)) };
  }
  if (typeof model !== 'string') return partsOf(model) as Opened;
  const where = await findCheckpoint(model);
  return { where, saved: readSavedModel(where, await loadCheckpoint(where)) };
}

function exportSaved(
  { where, saved, threshold: own }: Opened,
  format: (typeof formats)[number],
  options: ExportModelOptions,
): ExportedModel {
  if (format === 'safetensors') {
    refuseOptions(options, 'of safetensors, which hold the weights alone');
    const { weights, description } = weightsOf(networkOf(where, saved), saved.preprocessor.layout);
    return { bytes: weights, inputs: [], outputs: [], description: { ...description, ...modelDescription(saved) } };
  }
  const { from = 'columns', threshold } = options;
  const { kind } = saved.preprocessor.target;
  if (threshold !== undefined && kind !== 'binary') {
    throw new OptionError({
      where: 'exportModel: threshold',
      expected: 'none: only of two classes is one predicted from a probability on',
      received: `${threshold}, for ${where}, whose target is ${kind}`,
    });
  }
  if (format === 'onnx') return ofGraph(onnxOf(where, saved, from, threshold ?? own));
  if (from === 'encoded') refuseOptions({ from }, 'of TypeScript');
  const text = typescriptOf(where, saved, from as 'columns', threshold ?? own ?? saved.answers.threshold ?? 0.5);
  return { bytes: new TextEncoder().encode(text), inputs: [], outputs: [] };
}

function exportNetwork(
  network: ImportedNetwork,
  format: (typeof formats)[number],
  options: ExportModelOptions,
): ExportedModel {
  refuseOptions(options, 'of an imported network, which has neither columns nor a target');
  const trained = trainedNetworkOf('the imported network', network);
  if (format === 'onnx') return ofGraph(onnxOfNetwork(trained, network.inputs, network.outputs));
  if (format === 'ts') {
    throw new OptionError({
      where: 'exportModel: to',
      expected: 'onnx or safetensors, for an imported network',
      received: 'ts, for models that Millrace has trained',
    });
  }
  const { weights, description } = weightsOf(trained, layoutOf(network.inputs));
  return { bytes: weights, inputs: [], outputs: [], description };
}

function ofGraph(file: OnnxFile): ExportedModel {
  return { bytes: encodeOnnx(file), inputs: file.inputs, outputs: file.outputs };
}

function refuseOptions(options: ExportModelOptions, where: string): void {
  const [name] = Object.keys(options);
  if (name === undefined) return;
  throw new OptionError({ where: `exportModel: ${name}`, expected: `none: it is not ${where}`, received: 'one' });
}

/**
 * Writes the description of weights, over one of before and over nothing else: package.json is the name of a file, too.
 *
 * @throws OptionError where there is another file
 */
async function writeBeside(path: string, json: Uint8Array): Promise<void> {
  const before = await readFile(path, 'utf8').catch(() => undefined);
  if (before !== undefined && !before.includes(`"format": "${WEIGHTS_FORMAT}"`)) {
    throw new OptionError({
      where: 'exportModel: to',
      expected: `a name of which ${path} is free, for the description of the weights`,
      received: 'one of which there is another file',
      hint: 'Give the weights another name',
    });
  }
  await write(path, json);
}

async function write(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeDurably(path, bytes);
  } catch (cause) {
    throw new CheckpointError({
      where: path,
      expected: 'a folder that can be written to',
      received: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
}

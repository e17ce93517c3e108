import { takeBatchMemory } from '../batch/batchMemory.ts';
import { createGatherer } from '../batch/gatherer.ts';
import { SEGMENT_ROWS } from '../batch/types.ts';
import { referenceEngine } from '../engine/reference/reference.ts';
import { OptionError } from '../errors.ts';
import { compileNetwork } from '../network/network.ts';
import type { Fitted } from '../preprocess/fit/fitted.ts';
import type { RowLayout } from '../preprocess/types.ts';
import { encodeRow, type ModelRow } from './encodeRow.ts';
import type { Model } from './model.ts';
import { partsOf } from './modelParts.ts';
import { takeParameters } from './takeParameters.ts';

/** A model as a function that can be differentiated, in float64: from the columns that the network sees to its outputs. */
export interface ModelGradient {
  readonly features: readonly GradientFeature[];
  /** Columns of x. */
  readonly width: number;
  /** What one unit of an output is in predictions, and what 0 is: of a regression in the target's unit, else 1 and 0. */
  readonly scale: number;
  readonly shift: number;
  readonly outputs: number;
  /** What the network sees of a row, `[width]`: numbers, one-hots, and what embeddings have learned. */
  encode(row: ModelRow): Float64Array;
  /** `x [n, width] -> [n, outputs]`, before the loss makes predictions of them. @param n at most `ROWS` */
  outputsAt(x: Float64Array, n: number): Float64Array;
  /** The same, and the slopes of output `k` by x, `[n, width]`. */
  gradientAt(x: Float64Array, n: number, k: number): { readonly values: Float64Array; readonly slopes: Float64Array };
}

/** A feature, where it lies in x, and the columns of the source that it is made of. */
export interface GradientFeature {
  readonly name: string;
  readonly column: number;
  readonly width: number;
  readonly columns: readonly string[];
}

/** The most rows of `outputsAt` and `gradientAt`. */
export const ROWS = 256;

const position = { epoch: 0, window: 0, offset: 0 };

/** @throws OptionError where it is no model that `loadModel` has given */
export function openGradient(model: Model): ModelGradient {
  const parts = partsOf(model);
  if (!parts) {
    throw new OptionError({ where: 'model', expected: 'a model that loadModel has given', received: 'another object' });
  }
  const { where, saved, layers, columns, derivations, loss } = parts;
  const { layout, state, target } = saved.preprocessor;
  const kept = { path: where, tensors: saved.tensors };
  const engine = referenceEngine();
  const encoding = compileNetwork({ layers, layout, engine, batch: 1, seed: 0 });
  takeParameters(encoding, kept);
  const memory = takeBatchMemory(engine, layout, 1);
  const gatherer = createGatherer(layout, memory);
  const { write } = encodeRow(where, state as unknown as Fitted, layout, columns, derivations);

  // The same layers over x itself: what an embedding has learned is numbers like any others.
  const { width } = layout;
  const plain: RowLayout = {
    words: width + 1,
    width,
    fields: [
      { kind: 'numbers', name: 'x', word: 0, column: 0, count: width },
      { kind: 'target', name: 'y', word: width },
    ],
  };
  const network = compileNetwork({ layers, layout: plain, engine, batch: ROWS, seed: 0 });
  takeParameters(network, kept);
  const { outputs } = network;
  const x = engine.vector(ROWS * width);

  function outputsAt(given: Float64Array, n: number): Float64Array {
    x.set(given.subarray(0, n * width));
    return Float64Array.from(network.forward({ n, x, codes: [], position }, 'inference').subarray(0, n * outputs));
  }

  const madeOf = new Map<string, readonly string[]>();
  for (const { names, columns } of derivations) {
    const all = [...new Set(columns.flatMap((column) => madeOf.get(column) ?? [column]))];
    for (const name of names) madeOf.set(name, all);
  }
  const isIdentity = loss.task === 'regression' && isSame(loss.predict);
  return {
    features: layout.fields.flatMap((field) => {
      if (field.kind === 'target' || field.kind === 'weight') return [];
      const size = 'count' in field ? field.count : 'width' in field ? field.width : field.size;
      const { name, column } = field;
      return [{ name, column, width: size, columns: madeOf.get(name) ?? [name] }];
    }),
    width,
    scale: isIdentity ? (target.deviation ?? 1) : 1,
    shift: isIdentity ? (target.mean ?? 0) : 0,
    outputs,
    encode(row) {
      const words = new Float32Array(layout.words);
      write(row, words, 0);
      const place = { epoch: 0, window: 0, cursor: null, skip: 0 };
      gatherer.from({ layout, length: 1, segments: [words.subarray(0, SEGMENT_ROWS * layout.words)], place })(0, 1);
      encoding.forward({ n: 1, ...memory, position }, 'inference');
      return Float64Array.from(encoding.activations()[0].values.subarray(0, width));
    },
    outputsAt,
    gradientAt(given, n, k) {
      const values = outputsAt(given, n);
      const weights = engine.vector(n * outputs);
      for (let row = 0; row < n; row++) weights[row * outputs + k] = 1;
      const gradient = network.inputGradient(weights, n);
      return { values, slopes: Float64Array.from(gradient?.subarray(0, n * width) ?? new Float64Array(n * width)) };
    },
  };
}

/** Whether a loss takes outputs for predictions as they are. */
function isSame(predict: (p: Float64Array, output: Float64Array, n: number, outputs: number) => void): boolean {
  const output = Float64Array.of(-1.5, 0, 2.5);
  const p = new Float64Array(3);
  predict(p, output, 3, 1);
  return output.every((value, i) => value === p[i]);
}

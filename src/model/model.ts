import type { RecordBatch } from 'apache-arrow';
import { openScope } from '../engine/openScope.ts';
import { OptionError } from '../errors.ts';
import type { Json } from '../json.ts';
import { checkOutputs } from '../loss/checkOutputs.ts';
import type { Fitted } from '../preprocess/fit/fitted.ts';
import { type FormatName, formatOf, formats, openPlace } from '../source/formats.ts';
import { type ReadAlikeOptions, readAlike } from '../source/readAlike.ts';
import type { Source } from '../source/types.ts';
import type { Calibration } from '../train/answers/calibration.ts';
import { encodeRow, type ModelRow, ofRow, type RowNotes } from './encodeRow.ts';
import { loadedNetwork } from './loadedNetwork.ts';
import { keepParts, type ModelParts } from './modelParts.ts';
import { type Answers, createAnswers, type Prediction } from './predictions.ts';
import { type PredictOptions, predictSource } from './predictSource.ts';
import { type ModelSchema, predictedType } from './schema.ts';

/** What is wanted of a row's prediction. */
export interface PredictRowOptions {
  /**
   * Of a target of more than two classes: gives so many of the most probable as `top`; an integer, up to the number of classes.
   * @default none
   */
  readonly top?: number;
}

/** A trained model that answers. */
export interface Model {
  readonly name: string;
  /** Updates that its parameters have had. */
  readonly step: number;
  /** sha256 of parameters, preprocessing and architecture, in hex: says which model an answer is of. */
  readonly hash: string;
  readonly schema: ModelSchema;
  /** What those who trained it have noted in its file: how its features were distributed, for one. */
  readonly notes: { readonly [key: string]: Json };
  /** The probability from which on the second of two classes is predicted. */
  readonly threshold: number;
  /** What is made of the probabilities that the network gives; null where they are as they come. */
  readonly calibration: Calibration | null;
  /**
   * Predicts for one row, an object by column: for a request handler.
   *
   * @throws SchemaError where a column that the model needs is not there
   * @throws DataError where a value is of another kind, or is missing and nothing stands in for it
   */
  predictRow(row: ModelRow, options?: PredictRowOptions): Prediction & RowNotes;
  /** The same for several rows, which takes less time a row; an error names the row, from 0. */
  predictRows(rows: readonly ModelRow[], options?: PredictRowOptions): readonly (Prediction & RowNotes)[];
  /**
   * Predicts for the rows of a source, or of a file as `open` reads it, in their order, a record batch at a time: memory does not grow with the source. Each record batch has
   * the columns that are kept, then those of `schema.outputs`, and in its metadata the model's name and hash.
   *
   * @throws SchemaError where the source lacks a column
   * @throws DataError at the first row that cannot be used, unless such rows are left out
   */
  predict(source: Source | string, options?: PredictOptions): AsyncIterable<RecordBatch>;
  /**
   * Opens a file, a folder or a pattern as the model's own source was read: by the same reader with the same options, and with the types that
   * the model was trained on. A file of another format is read by that.
   *
   * @throws OptionError where nothing tells how to read it
   */
  open(place: string, how?: Omit<ReadAlikeOptions, 'types'>): Source;
  /**
   * The values of a row by column, those that the model needs and those that are derived of them, as they are before they are scaled.
   *
   * @throws SchemaError, DataError as `predictRow` does
   */
  valuesOf(row: ModelRow): ReadonlyMap<string, unknown>;
  /** Gives the model's memory back; it cannot be used afterwards. */
  close(): void;
}

export function createModel(parts: ModelParts): Model {
  const { where, saved, columns, layers, loss, derivations, threshold } = parts;
  const { preprocessor, name, step, hash } = saved;
  const { layout, target } = preprocessor;
  const fitted = preprocessor.state as unknown as Fitted;
  const engine = openScope(parts.engine);
  const network = loadedNetwork({ path: where, tensors: saved.tensors }, { layers, layout, engine });
  const { outputs } = network;
  checkOutputs(loss, outputs, target);
  const answers: Answers = createAnswers(target, fitted.target, threshold);
  let isOpen = true;

  /** What the loss makes of the outputs, `[n, outputs]`, for rows of words. */
  function forward(words: Float32Array, n: number): Float64Array {
    if (!isOpen) throw new OptionError({ where, expected: 'a model that is open', received: 'one that was closed' });
    const p = network.run(words, n);
    loss.predict(p, p, n, outputs);
    return p;
  }

  function open(place: string, how: Omit<ReadAlikeOptions, 'types'> = {}): Source {
    const { reading, types } = saved;
    const isOfFiles = reading && Object.hasOwn(formats, reading.format);
    const format = isOfFiles ? (reading.format as FormatName) : (how.format ?? formatOf(place));
    const own = openPlace(place, format, isOfFiles ? reading.options : {});
    return readAlike(own, place, { ...how, types });
  }

  const { write, values } = encodeRow(where, fitted, layout, columns, derivations);
  function predictRows(rows: readonly ModelRow[], { top }: PredictRowOptions = {}): (Prediction & RowNotes)[] {
    if (top !== undefined) answers.ofTop(top);
    const words = new Float32Array(rows.length * layout.words);
    const notes = rows.map((row, i) => {
      try {
        return write(row, words, i * layout.words);
      } catch (error) {
        throw rows.length === 1 ? error : ofRow(error, i);
      }
    });
    const p = forward(words, rows.length);
    return notes.map((note, i) => ({ ...answers.row(p, i, top), ...note }));
  }

  const model: Model = {
    name,
    step,
    hash,
    notes: saved.notes,
    threshold,
    calibration: saved.answers.calibration,
    schema: { columns, target, outputs: answers.names, predicted: predictedType(fitted.target) },
    predictRow: (row, options) => predictRows([row], options)[0],
    predictRows,
    predict: (source, options) =>
      predictSource(
        { where, saved, columns, derivations, answers, forward },
        typeof source === 'string' ? open(source) : source,
        options,
      ),
    open,
    valuesOf: values,
    close() {
      isOpen = false;
      engine.close();
    },
  };
  keepParts(model, parts);
  return model;
}

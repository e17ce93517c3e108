import { createHash } from 'node:crypto';
import type { Snapshot } from '../checkpoint/types.ts';
import { CheckpointError } from '../errors.ts';
import type { Json } from '../json.ts';
import { type Preprocessor, restorePreprocessor } from '../preprocess/encode/preprocessor.ts';
import type { Reading, TextTypes } from '../source/types.ts';
import { type AnswerRules, answerRulesBound, plainAnswers } from '../train/answers/answerRules.ts';
import { checkField } from './savedState.ts';

/** A layer, loss or derivation as a checkpoint has it: plain data. */
export type SavedMember = { readonly [key: string]: Json };

/** What a checkpoint says of its model: enough to predict. How it was trained is left out. */
export interface SavedModel {
  readonly name: string;
  /** The version of Millrace that wrote it. */
  readonly version: string;
  /** Updates that its parameters have had. */
  readonly step: number;
  /** sha256 of parameters, preprocessing, architecture, threshold and calibration, in hex: the same model has the same, however it was trained. */
  readonly hash: string;
  readonly derive: readonly SavedMember[];
  readonly network: readonly SavedMember[];
  readonly loss: SavedMember;
  readonly answers: AnswerRules;
  readonly preprocessor: Preprocessor;
  /** The types of the columns that were read, where text can have them. */
  readonly types: TextTypes;
  /** How the source reads that the model was trained on; null where nobody knows. */
  readonly reading: Reading | null;
  readonly notes: { readonly [key: string]: Json };
  readonly tensors: Snapshot['tensors'];
}

/**
 * Reads what a checkpoint says of its model.
 *
 * @param where names the checkpoint
 * @throws CheckpointError with the field that is not there, or is something else
 */
export function readSavedModel(where: string, { state, tensors }: Snapshot): SavedModel {
  const field = (path: string, expected: string, isRight: (value: Json) => boolean): Json => {
    let value: Json | undefined = state;
    for (const key of path.split('.')) value = (value as SavedMember | undefined)?.[key];
    if (value !== undefined && isRight(value)) return value;
    throw new CheckpointError({
      where: `${where}: state.${path}`,
      expected,
      received: value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 60),
      hint: 'Give a checkpoint that Millrace has written',
    });
  };
  const isText = (value: Json) => typeof value === 'string';
  const isObject = (value: Json) => typeof value === 'object' && value !== null && !Array.isArray(value);
  const listOf = (path: string, key: string) =>
    field(path, `a list of objects with ${key}`, (value) => {
      return Array.isArray(value) && value.every((each: Json) => isObject(each) && isText((each as SavedMember)[key]!));
    }) as readonly SavedMember[];

  const network = listOf('pipeline.network', 'kind');
  const derive = listOf('pipeline.derive', 'verb');
  const loss = field('pipeline.loss', 'an object with name', isObject) as SavedMember;
  const preprocessor = restorePreprocessor(field('preprocessor', 'the state of a preprocessor', isObject));
  const answers = savedAnswers(where, state.answers, preprocessor.target);
  const hash = createHash('sha256').update(JSON.stringify([derive, network, loss, preprocessor.hash]));
  for (const [name, { shape, data }] of Object.entries(tensors)
    .filter(([name]) => isOfModel(name))
    .sort(byName)) {
    hash.update(`${name} ${shape}`).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  const { threshold, calibration } = answers;
  // As it was before there were any, where they change nothing.
  if (calibration || (threshold ?? 0.5) !== 0.5) hash.update(JSON.stringify([threshold, calibration]));
  return {
    name: field('pipeline.name', 'a name', isText) as string,
    version: field('version', 'a version', isText) as string,
    step: field('step', 'a number', (value) => Number.isSafeInteger(value)) as number,
    hash: hash.digest('hex'),
    derive,
    network,
    loss,
    answers,
    preprocessor,
    types: (state.types ?? {}) as TextTypes,
    reading: (state.reading ?? null) as Reading | null,
    notes: (state.notes ?? {}) as SavedModel['notes'],
    tensors,
  };
}

/** Parameters, their moving average and buffers, by the number of their layer; the rest is how they came about. */
export function isOfModel(name: string): boolean {
  return /^(movingAverage\/)?[^/]+$/.test(name);
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

/**
 * How a model answers, as a checkpoint has it.
 *
 * @throws CheckpointError where it is something else, or of other classes than the target
 */
export function savedAnswers(where: string, saved: unknown, { kind, classes }: Preprocessor['target']): AnswerRules {
  if (saved === undefined) return plainAnswers(kind);
  checkField(where, 'answers', saved, answerRulesBound);
  const answers = saved as AnswerRules;
  const { calibration } = answers;
  if (!calibration || calibration.method === 'temperature') return answers;
  const parts = calibration.method === 'platt' ? calibration.slopes.length : calibration.curves.length;
  const outputs = kind === 'classes' ? (classes?.length ?? 0) : 1;
  if (parts === outputs) return answers;
  throw new CheckpointError({
    where: `${where}: state.answers.calibration`,
    expected: `a part for each of ${outputs} outputs`,
    received: `${parts}`,
    hint: 'Give a checkpoint that Millrace has written',
  });
}

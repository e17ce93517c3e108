import type { Position, SplitRule } from '../batch/types.ts';
import { loadCheckpoint } from '../checkpoint/loadCheckpoint.ts';
import type { Snapshot } from '../checkpoint/types.ts';
import { engineNames } from '../engine/openEngine.ts';
import { CheckpointError, ResumeError } from '../errors.ts';
import {
  anyText,
  type Bound,
  bound,
  either,
  exactly,
  type Fields,
  flag,
  group,
  integer,
  isObject,
  listOf,
  number,
  objectOf,
  oneOf,
  recordOf,
  required,
  text,
} from '../options/bounds.ts';
import { shownName, shownValue } from '../options/shown.ts';
import { answerRulesBound } from '../train/answers/answerRules.ts';
import type { StoppingState } from '../train/earlyStopping.ts';
import type { Validation } from '../train/types.ts';
import type { ModelState, Progress, RunCounters, SavedState } from './types.ts';

/** A checkpoint whose state has been checked field by field. */
export interface Saved<State extends ModelState = SavedState> {
  /** The file, for errors. */
  readonly path: string;
  readonly tensors: Snapshot['tensors'];
  readonly state: State;
}

const none = exactly(null);
const count = integer({ least: 0 });
const aNumber = number();
const aPath = either(none, anyText);
const plain = objectOf<never>('an object');
const anything: Bound<never> = bound('a value', (value) => value !== undefined);

const split = group<SplitRule>({
  validation: required(aNumber),
  seed: required(aNumber),
  by: required(listOf('names of columns', anyText)),
  repeats: group<NonNullable<SplitRule['repeats']>>({
    rows: required(listOf('numbers', count)),
    by: required(listOf('names of columns', anyText)),
    places: required(listOf('numbers', count)),
  }),
});

const position = group<Position>({
  epoch: required(count),
  window: required(count),
  cursor: required(anything),
  skip: required(count),
  offset: required(count),
  rows: count,
  last: anything,
});

const validation = group<Validation>({
  kind: required(exactly('validation')),
  step: required(count),
  epoch: required(count),
  rows: required(count),
  metrics: required(recordOf('numbers', aNumber)),
  baseline: required(recordOf('numbers', aNumber)),
  constants: required(recordOf('texts', anyText)),
  notDefined: recordOf('texts', anyText),
  isBest: required(flag),
  answers: answerRulesBound,
});

/** What each field that says what the model is must be. TypeScript sees that none is left out. */
const ofModel: Fields<ModelState> = {
  version: required(text('a version')),
  engine: required(oneOf(...engineNames)),
  library: either(none, text('the name of a library')),
  pipeline: required(plain),
  preprocessor: required(plain),
  answers: answerRulesBound,
  file: required(aPath),
  settings: required(plain),
  fingerprint: required(anything),
  notes: plain,
  reading: either(none, plain),
  types: recordOf('types', text('a type')) as never,
  trainingRows: required(either(none, count)),
  split,
  splitsBefore: listOf('rules of a split', split),
  warnings: listOf('lines', anyText),
  step: required(count),
  rows: required(count),
  stripped: flag,
};

/** The same of the fields that only a run that goes on needs. */
const ofRun: Fields<Omit<SavedState, keyof ModelState>> = {
  progress: required(
    group<Progress>({
      position: required(position),
      loss: required(
        group<Progress['loss']>({ epoch: required(count), sum: required(aNumber), rows: required(count) }),
      ),
      validation: required(either(none, validation)),
      best: required(either(none, validation)),
    }),
  ),
  reporter: required(group<SavedState['reporter']>({ lossSum: required(aNumber), rows: required(count) })),
  health: either(none, plain),
  counters: required(
    group<RunCounters>({
      missing: required(count),
      unseen: required(count),
      badRows: required(count),
      rowsRead: required(count),
      fileBytes: required(count),
    }),
  ),
  badRowFile: required(aPath),
  threads: either(none, count),
  plateau: plain,
  stopping: group<StoppingState>({
    best: required(either(none, aNumber)),
    bestStep: required(either(none, count)),
    stalled: required(count),
  }),
  restored: flag,
};

/**
 * Loads a checkpoint with what its state says of the model, which is checked here and nowhere else.
 *
 * @throws CheckpointError where there is no such file, it is damaged, or a field of its state is missing or something else
 */
export async function loadSaved(path: string): Promise<Saved<ModelState>> {
  const snapshot = await loadCheckpoint(path);
  const { state } = snapshot;
  checkFields(path, '', state, state.stripped === true ? ofModel : { ...ofModel, ...ofRun });
  return { path, tensors: snapshot.tensors, state: state as unknown as ModelState };
}

/**
 * The state of a run that goes on, checked field by field: a checkpoint that another program has written is told by the field that is wrong.
 *
 * @param where names the checkpoint
 * @throws CheckpointError where a field is missing or something else than it should be
 * @throws ResumeError where only the model was kept
 */
export function savedState({ state }: Pick<Snapshot, 'state'>, where: string): SavedState {
  if (state.stripped === true) {
    throw new ResumeError({
      where,
      expected: 'a checkpoint with all that its run needs to go on',
      received: 'a model that was stripped of it',
      hint: 'Resume from the checkpoint that it was made of; or begin a new run from it, with warmStart (--warm-start)',
    });
  }
  checkFields(where, '', state, { ...ofModel, ...ofRun });
  return state as unknown as SavedState;
}

/** Of the state of a snapshot what says what the model is. */
export function modelStateOf({ state }: Pick<Snapshot, 'state'>): Snapshot['state'] {
  const own = Object.entries(state).filter(([name]) => Object.hasOwn(ofModel, name));
  return { ...Object.fromEntries(own), stripped: true };
}

/** The state as a checkpoint holds it. */
export function plainState(state: SavedState): Snapshot['state'] {
  return state as unknown as Snapshot['state'];
}

function checkFields(where: string, prefix: string, object: object, bounds: Readonly<Record<string, Bound>>): void {
  const values: Readonly<Record<string, unknown>> = { ...object };
  for (const [name, each] of Object.entries(bounds)) {
    const value = values[name];
    if (value !== undefined || each.isRequired) checkField(where, `${prefix}${shownName(name)}`, value, each);
  }
}

/**
 * Holds a field of a state to its bound.
 *
 * @throws CheckpointError where it is something else
 */
export function checkField(
  where: string,
  name: string,
  value: unknown,
  { expected, holds, fields, item, value: each }: Bound,
) {
  if (!holds(value)) {
    throw new CheckpointError({
      where: `${where}: state.${name}`,
      expected,
      received: value === undefined ? 'nothing' : shownValue(value),
      hint: 'It was not written by a run of this version of Millrace; use another checkpoint, or train anew',
    });
  }
  if (fields && isObject(value)) checkFields(where, `${name}.`, value, fields);
  if (item && Array.isArray(value))
    for (const [i, part] of value.entries()) checkField(where, `${name}[${i}]`, part, item);
  if (each && isObject(value)) {
    for (const [key, part] of Object.entries(value)) checkField(where, `${name}.${shownName(key)}`, part, each);
  }
}

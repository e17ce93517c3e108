import test from 'ava';
import { loadCheckpoint } from '../../src/checkpoint/loadCheckpoint.ts';
import { saveCheckpoint } from '../../src/checkpoint/saveCheckpoint.ts';
import type { Snapshot } from '../../src/checkpoint/types.ts';
import { CheckpointError } from '../../src/errors.ts';
import { train } from '../../src/index.ts';
import type { Json } from '../../src/json.ts';
import { savedState } from '../../src/model/savedState.ts';
import { loadTrained } from '../../src/operators.ts';
import { temporaryFolder } from '../pipeline/run.ts';
import small from '../pipeline/small.ts';

type State = Snapshot['state'];

/** Every field of a state that this Millrace writes, by its path, with what it has. */
function* pathsOf(value: Json, path: readonly string[] = []): Generator<readonly string[]> {
  if (path.length > 0) yield path;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  for (const [name, part] of Object.entries(value)) yield* pathsOf(part, [...path, name]);
}

/** A state with something else in one place; without the place where that is undefined. */
function withOther(state: State, [name, ...rest]: readonly string[], other: Json | undefined): State {
  if (rest.length > 0) return { ...state, [name!]: withOther(state[name!] as State, rest, other) };
  const { [name!]: _, ...without } = state;
  return other === undefined ? without : { ...without, [name!]: other };
}

test('a state is refused where a field of it is something else, with the field by its name', async (t) => {
  const { checkpoint } = await train(small, { directory: await temporaryFolder(t) });
  const { state } = await loadCheckpoint(checkpoint!);
  t.is(savedState({ state }, 'a') as unknown, state);
  // What is inside of these is held to the pipeline, to the source or by who reads it.
  const whole = [
    'fingerprint',
    'pipeline',
    'preprocessor',
    'health',
    'plateau',
    'reading',
    'settings',
    'notes',
    'types',
  ];
  for (const path of pathsOf(state)) {
    if (path.length > 1 && whole.includes(path[0]!)) continue;
    if (path[0] === 'fingerprint' || path.at(-1) === 'cursor' || path.at(-1) === 'last') continue;
    // No field is a list of lists.
    const error = t.throws(() => savedState({ state: withOther(state, path, [[]]) }, 'a.safetensors'), {
      instanceOf: CheckpointError,
    });
    t.true(error.message.startsWith(`a.safetensors: state.${path.join('.')}`), `${path}: ${error.message}`);
  }
});

test('a state that lacks what is needed is refused', async (t) => {
  const directory = await temporaryFolder(t);
  const { checkpoint } = await train(small, { directory });
  const { tensors, state } = await loadCheckpoint(checkpoint!);
  for (const path of [
    ['preprocessor'],
    ['progress', 'position'],
    ['progress', 'position', 'cursor'],
    ['counters', 'rowsRead'],
    ['engine'],
  ]) {
    t.throws(() => savedState({ state: withOther(state, path, undefined) }, 'a'), {
      instanceOf: CheckpointError,
      message: new RegExp(`^a: state\\.${path.join('\\.')}: expected .*, got nothing`),
    });
  }
  // What checkpoints of before do not have.
  for (const name of [
    'split',
    'splitsBefore',
    'warnings',
    'types',
    'reading',
    'threads',
    'notes',
    'library',
    'health',
  ]) {
    t.notThrows(() => savedState({ state: withOther(state, [name], undefined) }, 'a'), name);
  }
  const foreign = await saveCheckpoint(`${directory}/foreign`, { tensors, state: { step: 3 } }, { step: 3 });
  await t.throwsAsync(loadTrained(foreign, small), {
    instanceOf: CheckpointError,
    message:
      /step-000000003\.safetensors: state\.version: expected a version, got nothing\. It was not written by a run/,
  });
});

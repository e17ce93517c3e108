import test from 'ava';
import type { ModelRow } from '../../src/model/encodeRow.ts';
import { createMicroBatches } from '../../src/serve/microBatches.ts';
import type { ServedModel } from '../../src/serve/types.ts';

const servedAs = (name: string) => ({ name }) as ServedModel;

/** Answers with the row itself, and notes what came together. */
function recorded() {
  const calls: (readonly [name: string, rows: readonly ModelRow[]])[] = [];
  const ask = createMicroBatches((served, rows) => {
    calls.push([served.name, rows]);
    if (rows.some(({ bad }) => bad)) throw new Error(`bad, of ${rows.length}`);
    return {
      predictions: rows.map(({ id, version }) => ({
        predicted: id as number,
        missing: [],
        unseen: [],
        ...(version !== undefined && { version: `${version}` }),
      })),
      head: { model: served.name, version: 'v1' },
    };
  });
  return { calls, ask };
}

test('rows that come in one turn are answered together, each with its own answer', async (t) => {
  const { calls, ask } = recorded();
  const [a, b] = [servedAs('a'), servedAs('b')];
  const answers = await Promise.all([ask(a, { id: 1 }), ask(b, { id: 2 }), ask(a, { id: 3, version: 'v2' })]);
  t.deepEqual(calls, [
    ['a', [{ id: 1 }, { id: 3, version: 'v2' }]],
    ['b', [{ id: 2 }]],
  ]);
  t.deepEqual(
    answers.map(({ predictions, head }) => [predictions[0]?.predicted, head.model, head.version]),
    [
      [1, 'a', 'v1'],
      [2, 'b', 'v1'],
      [3, 'a', 'v2'],
    ],
  );
  t.false('version' in answers[2]!.predictions[0]!);
  t.is((await ask(a, { id: 4 })).predictions[0]?.predicted, 4);
  t.is(calls.length, 3);
});

test('a row that is refused is refused alone', async (t) => {
  const { ask } = recorded();
  const a = servedAs('a');
  const [first, second, third] = await Promise.allSettled([
    ask(a, { id: 1 }),
    ask(a, { bad: true }),
    ask(a, { id: 3 }),
  ]);
  t.is(first.status === 'fulfilled' && first.value.predictions[0]?.predicted, 1);
  t.is(second.status === 'rejected' && second.reason.message, 'bad, of 1');
  t.is(third.status === 'fulfilled' && third.value.predictions[0]?.predicted, 3);
});

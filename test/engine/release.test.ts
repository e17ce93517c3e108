import test from 'ava';
import fc from 'fast-check';
import { openEngine } from '../../src/engine/openEngine.ts';
import { openScope } from '../../src/engine/openScope.ts';
import type { Vector } from '../../src/engine/types.ts';

const wasm = () => openEngine('wasm-strict');

test('what was released is given out again, as zeros', (t) => {
  const engine = wasm();
  const first = engine.vector(100);
  engine.vector(1);
  first.fill(7);
  engine.release(first);
  const second = engine.vector(90);
  t.is(second.byteOffset, first.byteOffset);
  t.true(second.every((value) => value === 0));
});

test('blocks side by side that were released are one: a larger array fits there', (t) => {
  for (const order of [
    [0, 1, 2],
    [2, 1, 0],
    [0, 2, 1],
    [1, 0, 2],
  ]) {
    const engine = wasm();
    const blocks = [engine.vector(16), engine.vector(16), engine.vector(16)];
    engine.vector(1);
    for (const i of order) engine.release(blocks[i]);
    t.is(engine.vector(48).byteOffset, blocks[0].byteOffset, `${order}`);
  }
});

test('arrays in use never share memory, whatever is taken and released in which order', (t) => {
  const length = fc.integer({ min: 0, max: 200 });
  const action = fc.oneof(length, fc.record({ release: fc.nat() }));
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
      const engine = wasm();
      const begin = engine.vector(1).byteOffset;
      const inUse: { readonly array: Vector; readonly mark: number }[] = [];
      const release = (at: number) => {
        const [{ array, mark }] = inUse.splice(at, 1);
        t.true(array.every((value) => value === mark));
        engine.release(array);
      };
      for (const [i, act] of actions.entries()) {
        if (typeof act !== 'number') {
          if (inUse.length > 0) release(act.release % inUse.length);
          continue;
        }
        const array = engine.vector(act);
        t.is(array.byteOffset % 64, 0);
        t.true(array.every((value) => value === 0));
        inUse.push({ array: array.fill(i + 1), mark: i + 1 });
      }
      while (inUse.length > 0) release(0);
      // All that was taken is one block again.
      t.is(engine.vector(16 * actions.length).byteOffset, begin + 64);
    }),
    { seed: 7, numRuns: 200 },
  );
});

test('refuses what is not a whole array in use', (t) => {
  const engine = wasm();
  const array = engine.vector(100);
  const refused = { name: 'MillraceError', message: /^engine: release: expected a whole array that is in use/ };
  t.throws(() => engine.release(array.subarray(0, 50)), refused);
  t.throws(() => engine.release(array.subarray(16)), refused);
  engine.release(array);
  t.throws(() => engine.release(array), refused);
  t.throws(() => engine.release(wasm().vector(3)), { name: 'MillraceError', message: /an array in the memory/ });
  t.notThrows(() => engine.release(engine.vector(0)));
});

test('memory that cannot be had leaves the engine as it was', (t) => {
  const engine = wasm();
  t.throws(() => engine.vector(2 ** 31), { name: 'MillraceError' });
  t.is(engine.vector(4).length, 4);
});

test('a scope gives back all that was taken in it, and nothing else', (t) => {
  const engine = wasm();
  const kept = engine.vector(10).fill(3);
  const { byteOffset } = engine.vector(0);
  const scope = openScope(engine);
  const inner = openScope(scope);
  const early = scope.vector(5);
  scope.indices(7);
  inner.vector(40);
  scope.release(early);
  inner.close();
  inner.close();
  scope.vector(9);
  scope.close();
  t.is(engine.vector(100).byteOffset, byteOffset);
  t.true(kept.every((value) => value === 3));
});

test('a scope within a scope may be closed after it', (t) => {
  const engine = wasm();
  const { byteOffset } = engine.vector(0);
  const scope = openScope(engine);
  const inner = openScope(scope);
  inner.vector(40);
  scope.close();
  t.notThrows(() => inner.close());
  t.is(engine.vector(100).byteOffset, byteOffset);
});

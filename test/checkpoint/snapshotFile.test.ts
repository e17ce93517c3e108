import test from 'ava';
import fc from 'fast-check';
import { decodeSnapshot, encodeSnapshot } from '../../src/checkpoint/snapshotFile.ts';
import type { Snapshot } from '../../src/checkpoint/types.ts';
import { CheckpointError } from '../../src/errors.ts';
import type { Json } from '../../src/json.ts';

const small: Snapshot = {
  tensors: { w: { shape: [2], data: new Float32Array([1.5, -2]) }, n: { shape: [], data: new Int32Array([7]) } },
  state: { step: 3, cursor: { rowGroup: 2 }, names: ['a', 'é'] },
};

test('gives back the tensors and the state', async (t) => {
  t.deepEqual(decodeSnapshot(await encodeSnapshot(small), 'memory'), small);
});

test('gives back any state, to the bit', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), fc.double({ noNaN: true, noDefaultInfinity: true }), async (value, number) => {
      const state = { value: value as Json, number };
      const decoded = decodeSnapshot(await encodeSnapshot({ tensors: {}, state }), 'memory').state;
      t.true(Object.is(decoded.number, number));
      t.deepEqual(JSON.stringify(decoded), JSON.stringify(state));
    }),
    { seed: 7, numRuns: 300 },
  );
});

test('encodes the same snapshot as the same bytes', async (t) => {
  t.deepEqual(await encodeSnapshot(small), await encodeSnapshot(structuredClone(small)));
});

test('encodes what a snapshot was when it was given', async (t) => {
  const snapshot = structuredClone(small);
  const encoding = encodeSnapshot(snapshot);
  snapshot.tensors.w.data[0] = 9;
  t.deepEqual(decodeSnapshot(await encoding, 'memory'), small);
});

test('notices every flipped bit', async (t) => {
  const bytes = await encodeSnapshot(small);
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    bytes[bit >> 3] ^= 1 << (bit & 7);
    if (!refuses(bytes)) t.fail(`bit ${bit} of ${8 * bytes.length}`);
    bytes[bit >> 3] ^= 1 << (bit & 7);
  }
  t.deepEqual(decodeSnapshot(bytes, 'memory'), small);
});

test('notices every truncation and every byte too many', async (t) => {
  const bytes = await encodeSnapshot(small);
  for (let length = 0; length < bytes.length; length++) {
    if (!refuses(bytes.subarray(0, length))) t.fail(`${length} of ${bytes.length} bytes`);
  }
  t.true(refuses(Buffer.concat([bytes, Buffer.alloc(1)])));
});

for (const [title, value] of Object.entries({
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  'a typed array': new Float32Array(1),
  'a date': new Date(0),
  'a function': () => 0,
  'an empty place in a list': [undefined],
})) {
  test(`refuses ${title} in the state, and names the place`, async (t) => {
    const state = { a: [{ b: value as unknown as Json }] };
    const error = await t.throwsAsync(encodeSnapshot({ tensors: {}, state }), { instanceOf: CheckpointError });
    t.regex(error?.message ?? '', /^state\.a\[0\]\.b/);
  });
}

function refuses(bytes: Uint8Array): boolean {
  try {
    decodeSnapshot(bytes, 'memory');
    return false;
  } catch (error) {
    return error instanceof CheckpointError;
  }
}

import { existsSync, readFileSync } from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import { decodeSafetensors, encodeSafetensors } from '../../src/checkpoint/safetensors.ts';
import type { Tensor } from '../../src/checkpoint/types.ts';
import { CheckpointError } from '../../src/errors.ts';

/** A file with this header and so many bytes of numbers. */
function file(header: string, dataBytes = 0): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

const tensor: fc.Arbitrary<Tensor> = fc
  .tuple(
    fc.constantFrom(Float64Array, Float32Array, Int32Array, Uint8Array),
    fc.array(fc.nat(4), { maxLength: 3 }),
    fc.nat(),
  )
  .map(([type, shape, first]) => {
    const length = shape.reduce((product, size) => product * size, 1);
    const data = new type(length);
    for (let i = 0; i < length; i++) data[i] = first / (i + 1);
    return { shape, data };
  });
const name = fc.string({ unit: 'binary' }).filter((text) => text !== '__proto__' && text !== '__metadata__');

test('gives back what was encoded', (t) => {
  fc.assert(
    fc.property(fc.dictionary(name, tensor, { noNullPrototype: true }), fc.string(), (tensors, text) => {
      const decoded = decodeSafetensors(encodeSafetensors({ tensors, metadata: { text } }), 'memory');
      t.deepEqual(decoded.tensors, tensors);
      t.deepEqual(decoded.metadata, { text });
    }),
    { seed: 7, numRuns: 200 },
  );
});

test('keeps every bit of a number', (t) => {
  const data = new Float32Array(new Uint32Array([0x80000000, 0x7fc00001, 0xff800000, 1]).buffer);
  const { tensors } = decodeSafetensors(
    encodeSafetensors({ tensors: { a: { shape: [4], data } }, metadata: {} }),
    'memory',
  );
  t.deepEqual(new Uint32Array(tensors.a.data.buffer), new Uint32Array(data.buffer));
});

test('aligns every tensor in the file', (t) => {
  const tensors = {
    bytes: { shape: [3], data: new Uint8Array(3) },
    floats: { shape: [1], data: new Float32Array([1]) },
    doubles: { shape: [1], data: new Float64Array([2]) },
  };
  const bytes = encodeSafetensors({ tensors, metadata: {} });
  const headerBytes = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  t.is((8 + headerBytes) % 8, 0);
  t.is(new Float64Array(bytes.buffer, 8 + headerBytes, 1)[0], 2);
  t.is(new Float32Array(bytes.buffer, 16 + headerBytes, 1)[0], 1);
});

test('reads a file from the middle of a buffer, with a header of any length', (t) => {
  const bytes = file('{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}} ', 8);
  const shifted = new Uint8Array(bytes.length + 3).subarray(3);
  shifted.set(bytes);
  t.deepEqual(decodeSafetensors(shifted, 'memory').tensors.a.data, new Float64Array(1));
});

const info = (fields: string) => `{"a":{${fields}}}`;
const malformed: Record<string, Uint8Array> = {
  'no bytes': new Uint8Array(0),
  'a header of 2^63 bytes': new Uint8Array([0, 0, 0, 0, 0, 0, 0, 128, 123, 125]),
  'a list as header': file('[]'),
  'null as header': file('null'),
  'a byte order mark': file('\ufeff{}'),
  'a name twice': file(
    '{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}',
  ),
  'a name twice, once escaped': file('{"__metadata__":{"a":"1","\\u0061":"2"}}'),
  'a tensor named __proto__': file('{"__proto__":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}'),
  'metadata named __proto__': file('{"__metadata__":{"__proto__":"1"}}'),
  'metadata that are no text': file('{"__metadata__":{"a":1}}'),
  'a tensor that is no object': file('{"a":[1]}'),
  'no dtype': file(info('"shape":[1],"data_offsets":[0,1]'), 1),
  'an unknown dtype': file(info('"dtype":"toString","shape":[1],"data_offsets":[0,1]'), 1),
  'no shape': file(info('"dtype":"U8","data_offsets":[0,1]'), 1),
  'a negative size': file(info('"dtype":"U8","shape":[-1,-1],"data_offsets":[0,1]'), 1),
  'a size written as 1e0': file(info('"dtype":"U8","shape":[1e0],"data_offsets":[0,1]'), 1),
  'a size that rounds to 1': file(info('"dtype":"U8","shape":[0.99999999999999999999],"data_offsets":[0,1]'), 1),
  'a size of 2^53': file(info('"dtype":"U8","shape":[9007199254740992,0],"data_offsets":[0,0]')),
  'offsets in descending order': file(info('"dtype":"U8","shape":[1],"data_offsets":[1,0]'), 1),
  'three offsets': file(info('"dtype":"U8","shape":[1],"data_offsets":[0,1,1]'), 1),
  'a gap at the beginning': file(info('"dtype":"U8","shape":[1],"data_offsets":[1,2]'), 2),
  'a gap between': file(
    '{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}',
    3,
  ),
  'an overlap': file(
    '{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}',
    3,
  ),
  'bytes behind the last tensor': file(info('"dtype":"U8","shape":[1],"data_offsets":[0,1]'), 2),
  'numbers that are cut': file(info('"dtype":"F32","shape":[2],"data_offsets":[0,8]'), 7),
  'a size that does not fit the shape': file(info('"dtype":"F32","shape":[2],"data_offsets":[0,4]'), 4),
};
for (const [title, bytes] of Object.entries(malformed)) {
  test(`refuses ${title}`, (t) => {
    const error = t.throws(() => decodeSafetensors(bytes, 'some.safetensors'), { instanceOf: CheckpointError });
    t.true(error?.message.startsWith('some.safetensors: '));
  });
}

test('refuses to encode what could not be read back', (t) => {
  const data = new Float32Array(2);
  const metadata = {};
  t.throws(() => encodeSafetensors({ tensors: { a: { shape: [3], data } }, metadata }), {
    instanceOf: CheckpointError,
  });
  t.throws(() => encodeSafetensors({ tensors: { __metadata__: { shape: [2], data } }, metadata }), {
    instanceOf: CheckpointError,
  });
});

test('accepts and refuses the conformance files as listed', (t) => {
  const folder = new URL('../../../shared/conformance/safetensors/cases/', import.meta.url);
  if (!existsSync(folder)) {
    t.log('passed over: there is no ../shared/conformance');
    t.pass();
    return;
  }
  const cases: { file: string; expect: string }[] = JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8'));
  t.is(cases.length, 16);
  for (const { file: name, expect } of cases) {
    const decode = () => decodeSafetensors(readFileSync(new URL(name, folder)), name);
    if (expect === 'OK') t.notThrows(decode, name);
    else t.throws(decode, { instanceOf: CheckpointError }, name);
  }
});

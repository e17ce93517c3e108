import test from 'ava';
import { arrowIpc, SchemaError, SourceError } from '../../../src/index.ts';
import { read } from '../../../src/laws/readSource.ts';
import {
  type Column,
  fileOf,
  int8,
  int16,
  int32,
  int64,
  type Records,
  recordsMessage,
  schemaMessage,
  type Table,
} from './arrowBytes.ts';

const int: Table = [int32(32), int8(1)];
const number: Column = { name: 'n', kind: 2, type: int };
/** Three rows, of which the body is 12 bytes, padded. */
const three: Records = {
  rows: 3,
  nodes: [[3, 0]],
  buffers: [
    [0, 0],
    [0, 12],
  ],
  body: new Uint8Array(Int32Array.of(1, 2, 3, 0).buffer),
};
const end = Buffer.from(Int32Array.of(-1, 0).buffer);
const streamOf = (...messages: readonly Uint8Array[]) => arrowIpc(() => [Buffer.concat(messages)]);

test('reads what is made by hand', async (t) => {
  t.deepEqual((await read(streamOf(schemaMessage([number]), recordsMessage(three), end))).rows, [[1], [2], [3]]);
  t.deepEqual((await arrowIpc(() => [fileOf([number])]).schema()).names, ['n']);
});

const item: Column = { ...number, name: 'item' };
const of = (kind: number, type?: Table, more: Partial<Column> = {}): readonly Column[] => [
  number,
  { name: 'x', kind, ...(type && { type }), ...more },
];

for (const [what, columns, message] of [
  ['run-end encoded', of(22, [], { children: [item, item] }), /run-end encoded values\. Write it decoded/],
  ['list view', of(25, [], { children: [item] }), /a list view\. Write it as a list/],
  ['large list view', of(26, [], { children: [item] }), /a large list view\. Write it as a list/],
  ['not known', of(99), /a type of number 99/],
  ['absent', of(0), /a type of number 0/],
  ['an integer of 7 bits', of(2, [int32(7)]), /integers of 7 bits/],
  ['a float of precision 3', of(3, [int16(3)]), /floats of precision 3/],
  ['a decimal of 48 bits', of(7, [int32(9), int32(2), int32(48)]), /decimals of 48 bits with 9 digits/],
  ['a decimal of 39 digits', of(7, [int32(39), int32(2)]), /decimals of 128 bits with 39 digits/],
  ['a date in weeks', of(8, [int16(2)]), /a date in a unit of number 2/],
  ['a time of 32 bits in nanoseconds', of(9, [int16(3), int32(32)]), /a time of 32 bits in a unit of number 3/],
  ['a timestamp in hours', of(10, [int16(4)]), /a time in a unit of number 4/],
  ['an interval in years', of(11, [int16(9)]), /an interval in a unit of number 9/],
  ['a duration in days', of(18, [int16(-1)]), /a time in a unit of number -1/],
  ['a list of two columns', of(12, [], { children: [item, item] }), /a list with 2 columns of values/],
  ['a list of -1 values', of(16, [int32(-1)], { children: [item] }), /lists of -1 values/],
  ['bytes of -1', of(15, [int32(-1)]), /values of -1 bytes/],
  ['a map of numbers', of(17, [], { children: [item] }), /a map without keys and values/],
  ['a union of mode 2', of(14, [int16(2)], { children: [item] }), /a union of mode 2/],
  [
    'a dictionary of another kind',
    of(5, [], { dictionary: [int64(0), { table: int }, int8(0), int16(1)] }),
    /a dictionary that is not a list of values/,
  ],
  [
    'a dictionary with indices of 24 bits',
    of(5, [], { dictionary: [int64(0), { table: [int32(24)] }] }),
    /integers of 24 bits/,
  ],
] as const) {
  test(`a column whose type is ${what} is refused by its name, in a stream and in a file`, async (t) => {
    for (const bytes of [Buffer.concat([schemaMessage(columns), end]), fileOf(columns)]) {
      const error = await t.throwsAsync(arrowIpc(() => [bytes]).schema(), { instanceOf: SchemaError, message });
      t.true(error?.message.startsWith('arrowIpc stream, column x: expected a type that Arrow for JavaScript has'));
    }
  });
}

test('a column in others is refused by the names of all', async (t) => {
  const inner: Column = { name: 'inner', kind: 25, children: [item] };
  const source = arrowIpc(() => [fileOf(of(13, [], { children: [inner] }))]);
  await t.throwsAsync(source.schema(), { instanceOf: SchemaError, message: /^arrowIpc stream, column x\.inner: / });
});

test('two columns that share a dictionary have it of one type', async (t) => {
  const dictionary: Table = [int64(3), { table: int }];
  const text: Column = { name: 'a', kind: 5, dictionary };
  await t.notThrowsAsync(arrowIpc(() => [fileOf([text, { ...text, name: 'b' }])]).schema());
  const source = arrowIpc(() => [fileOf([text, { ...text, name: 'b', kind: 4 }])]);
  const message = /column b: .* a dictionary of Binary that is one of Utf8 elsewhere/;
  await t.throwsAsync(source.schema(), { instanceOf: SchemaError, message });
});

for (const [what, options, message] of [
  ['big-endian numbers', { endianness: 1 }, /expected little-endian numbers, got big-endian ones\. Write it with/],
  ['metadata before V4', { version: 2 }, /V4 or V5 of Arrow's format, got V3\. Arrow 0\.7 or before/],
  ['metadata after V5', { version: 5 }, /V4 or V5 of Arrow's format, got V6\.$/],
  ['a feature that is not known', { features: [2, 9] }, /the later feature of number 9/],
] as const) {
  test(`${what} are refused by their name, in a stream and in a file`, async (t) => {
    for (const bytes of [Buffer.concat([schemaMessage([number], options), end]), fileOf([number], [], [], options)])
      await t.throwsAsync(arrowIpc(() => [bytes]).schema(), { instanceOf: SourceError, message });
  });
}

test('what a schema may announce is read: dictionaries that are replaced, compressed bodies', async (t) => {
  const schema = schemaMessage([number], { features: [0, 1, 2], version: 3 });
  t.is((await read(streamOf(schema, recordsMessage({ ...three, version: 3 })))).rows.length, 3);
});

for (const [what, records, message] of [
  ['of another codec', { compression: [int8(2), int8(0)] }, /compressed by LZ4 or zstd, got codec 2, method 0/],
  ['compressed as a whole', { compression: [int8(0), int8(1)] }, /LZ4 or zstd, got codec 0, method 1/],
  [
    'of Arrow 0.17',
    { version: 3, custom: { 'ARROW:experimental_compression': 'lz4' } },
    /record batches of Arrow 0\.17/,
  ],
  ['of other metadata', { version: 1 }, /V4 or V5 of Arrow's format, got V2/],
  ['with too few columns', { nodes: [] }, /column n: fewer columns than its schema has/],
  ['with too many columns', { nodes: [...three.nodes, [3, 0]] }, /more columns than its schema has/],
  ['with too few buffers', { buffers: [[0, 0]] }, /column n: fewer buffers than its columns have/],
  ['with too many buffers', { buffers: [...three.buffers, [0, 0]] }, /more columns than its schema has/],
  ['of fewer rows than its columns', { rows: 2 }, /column n: 3 values in 2 rows/],
  ['of more rows than its columns', { rows: 4 }, /column n: 3 values where 4 are needed/],
  ['with too short a body', { rows: 5, nodes: [[5, 0]] }, /column n: 12 bytes where the rows take 20/],
  [
    'with buffers on top of each other',
    {
      nodes: [[3, 1]],
      buffers: [
        [0, 8],
        [0, 12],
      ],
    },
    /buffers that lie on top of each other/,
  ],
] as readonly (readonly [string, Partial<Records>, RegExp])[]) {
  test(`record batches ${what} are refused`, async (t) => {
    const source = streamOf(schemaMessage([number]), recordsMessage({ ...three, ...records }), end);
    await t.throwsAsync(read(source), { instanceOf: SourceError, message });
  });
}

test('buffers may begin anywhere', async (t) => {
  const body = new Uint8Array(24);
  body.set(new Uint8Array(Float64Array.of(1.5, 2.5).buffer), 3);
  const buffers = [
    [0, 0],
    [3, 16],
  ] as const;
  const source = streamOf(
    schemaMessage([{ name: 'x', kind: 3, type: [int16(2)] }]),
    recordsMessage({ rows: 2, nodes: [[2, 0]], buffers, body }),
  );
  t.deepEqual((await read(source)).rows, [[1.5], [2.5]]);
});

/** Words, each of one letter. */
function dictionary(words: string, isDelta = false): Uint8Array {
  const offsets = Int32Array.from({ length: words.length + 1 }, (_, i) => i);
  const body = Buffer.alloc(64);
  body.set(new Uint8Array(offsets.buffer));
  body.write(words, 32);
  const buffers = [
    [0, 0],
    [0, offsets.byteLength],
    [32, words.length],
  ] as const;
  return recordsMessage({
    rows: words.length,
    nodes: [[words.length, 0]],
    buffers,
    body,
    dictionary: { id: 7, isDelta },
  });
}

test('dictionaries of a stream are replaced, and go on', async (t) => {
  const schema = schemaMessage([{ name: 'w', kind: 5, dictionary: [int64(7), { table: int }] }]);
  const three = (...indices: readonly number[]) =>
    recordsMessage({
      rows: 3,
      nodes: [[3, 0]],
      buffers: [
        [0, 0],
        [0, 12],
      ],
      body: new Uint8Array(Int32Array.of(...indices, 0).buffer),
    });
  const source = streamOf(
    schema,
    dictionary('abc'),
    three(0, 1, 2),
    dictionary('de', true),
    three(3, 4, 0),
    dictionary('xyz'),
    three(0, 1, 2),
    end,
  );
  t.is((await read(source)).rows.join(''), 'abcdeaxyz');
  const message = /column w: an index of 3 into a dictionary of 3/;
  await t.throwsAsync(read(streamOf(schema, dictionary('abc'), three(0, 1, 3))), { message });
  await t.throwsAsync(read(streamOf(schema, three(0, 1, 3))), { message: /an index of 0 into a dictionary of 0/ });
  await t.throwsAsync(read(streamOf(schema, dictionary('abc', true), three(0, 1, 2))), {
    message: /goes on with none/,
  });
});

test('messages of a file are read once, and its dictionaries are not replaced', async (t) => {
  const words: Column = { name: 'w', kind: 5, dictionary: [int64(7), { table: int }] };
  const records = [recordsMessage(three), recordsMessage(three)];
  const lettersOf = async (...dictionaries: readonly Uint8Array[]) =>
    (await read(arrowIpc(() => [fileOf([words], dictionaries, records)]))).rows.join('');
  t.is(await lettersOf(dictionary('abcd')), 'bcdbcd');
  t.is(await lettersOf(dictionary('ab'), dictionary('cd', true)), 'bcdbcd');
  await t.throwsAsync(lettersOf(dictionary('abcd'), dictionary('efgh')), {
    message: /a dictionary that is there twice/,
  });
  const twice = fileOf([number], [], records, { listed: [1, 1] });
  await t.throwsAsync(read(arrowIpc(() => [twice])), { message: /messages that lie on top of each other/ });
});

test('streams that were written one after the other are refused, with and without an end between them', async (t) => {
  const one = [schemaMessage([number]), recordsMessage(three)];
  const message =
    /expected one Arrow stream, got more bytes after its end, .* read them with files\(pattern, arrowIpc\)/;
  for (const messages of [
    [...one, end, ...one, end],
    [...one, ...one],
    [...one, end, Buffer.alloc(1)],
  ])
    await t.throwsAsync(read(streamOf(...messages)), { instanceOf: SourceError, message });
});

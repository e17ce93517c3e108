import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import fc from 'fast-check';
import { DataError, SchemaError, SourceError } from '../../../src/errors.ts';
import { describe, quiet, read, within } from '../../../src/laws/readSource.ts';
import { sourceLaws } from '../../../src/laws/sourceLaws.ts';
import { type JsonLinesOptions, jsonLines } from '../../../src/source/text/jsonLines.ts';
import { holdTo } from '../../holdTo.ts';

const home = mkdtempSync(join(tmpdir(), 'millrace-json-'));
test.after.always(() => rm(home, { recursive: true, force: true }));

let files = 0;
function fileOf(content: string | Uint8Array): string {
  const path = join(home, `${files++}.ndjson`);
  writeFileSync(path, content);
  return path;
}

async function rowsOf(text: string, options: JsonLinesOptions = {}) {
  return (await read(jsonLines(() => [Buffer.from(text)], options))).rows;
}

const small = Array.from({ length: 25 }, (_, i) => {
  const row = { number: i / 2, word: i % 3 ? `word "${i % 7}"\n` : null, deep: { yes: i % 2 === 0 } };
  return `${JSON.stringify(row)}\n`;
}).join('');
const smallPath = fileOf(small);
holdTo(
  test,
  sourceLaws('a file of JSON lines', () => jsonLines(smallPath, { batchRows: 4 })),
);
const listsPath = fileOf(
  Array.from(
    { length: 25 },
    (_, i) => `${JSON.stringify({ v: i % 3 ? [i, null, i / 2] : null, i, yes: [i % 2 === 0] })}\n`,
  ).join(''),
);
holdTo(
  test,
  sourceLaws('a file of JSON lines with lists', () => jsonLines(listsPath, { batchRows: 4 })),
);
const gzipPath = fileOf(gzipSync(small));
holdTo(
  test,
  sourceLaws('JSON lines compressed by gzip', () => jsonLines(gzipPath, { batchRows: 4 })),
);

test('reads values of every type that is told from them', async (t) => {
  const text =
    '{"whole":1,"real":1.5,"yes":true,"day":"2001-02-03","time":"2001-02-03T04:05:06Z","word":"x\\u00e4\\n","none":null}\n' +
    '{"whole":9007199254740993,"real":-2e3,"yes":false,"day":null,"time":null,"word":"","extra":"12"}\n';
  const source = jsonLines(fileOf(text));
  t.is(
    describe(await source.schema()),
    'whole: Int64, real: Float64, yes: Bool, day: Date32<DAY>, time: Timestamp<MICROSECOND, UTC>, word: Utf8, none: Null, extra: Utf8',
  );
  t.deepEqual((await read(source)).rows, [
    [1n, 1.5, true, Date.UTC(2001, 1, 3), Date.UTC(2001, 1, 3, 4, 5, 6), 'xä\n', null, null],
    [9_007_199_254_740_993n, -2000, false, null, null, '', null, '12'],
  ]);
});

test('reads values inside of objects by their paths', async (t) => {
  const text =
    '{"a":{"b":{"c":1},"d":"x"},"a.d":5,"e":[1,{"f":2}]}\n{"g":{"b":1},"a":{"d":"y","b":{"c":2}}}\n{"a":null}\n';
  t.is(describe(await jsonLines(fileOf(text)).schema()), 'a.b.c: Int64, a.d: Utf8, g.b: Int64');
  t.deepEqual(await rowsOf(text, { fields: ['a.b.c', 'g.b'] }), [
    [1n, null],
    [2n, 1n],
    [null, null],
  ]);
  t.deepEqual(await rowsOf('{"a.b":1}\n', { fields: ['a.b'] }), [[1n]]);
  t.deepEqual(await rowsOf('{"\\u0061":1}\n', { fields: ['a'] }), [[1n]]);
  t.deepEqual(await rowsOf('{"a":1}\n{"a":2,"b":3}\n', { fields: ['b', 'a'], types: { b: 'float64' }, inferRows: 1 }), [
    [null, 1n],
    [3, 2n],
  ]);
});

/** The columns of all rows, lists as arrays, and what was refused. */
async function columnsOf(
  text: string | readonly Uint8Array[],
  options: JsonLinesOptions = {},
  badRows: 'throw' | 'return' = 'throw',
) {
  const source = jsonLines(() => (typeof text === 'string' ? [Buffer.from(text)] : text), options);
  const columns: Record<string, unknown[]> = {};
  const reasons: string[] = [];
  for await (const { records, selected, refused } of source.open({ signal: quiet(), badRows })) {
    const rows = selected ?? Array.from({ length: records.numRows }, (_, row) => row);
    for (const { name } of records.schema.fields) {
      const column = records.getChild(name)!;
      columns[name] ??= [];
      for (const row of rows) {
        const value = column.get(row);
        columns[name].push(value && typeof value === 'object' ? [...value] : value);
      }
    }
    reasons.push(...(refused ?? []).map(({ row, reason }) => `${row}: ${reason}`));
  }
  return { schema: describe(await source.schema()), columns, reasons };
}

test('reads arrays of numbers and booleans as lists, nulls among them', async (t) => {
  const text = `{"a":[1,2],"b":[0.5,null],"c":[ true , false\t],"d":{"e":[1,-2e3,3]},"f":[]}
{"a":null,"b":[null,null],"d":{"e":[null,5,6]}}
{"a":[9007199254740993,-4],"b":[1,2],"c":[null,true],"d":{},"f":[]}
`;
  t.deepEqual(await columnsOf(text), {
    schema:
      'a: FixedSizeList[2]<Int64>, b: FixedSizeList[2]<Float64>, c: FixedSizeList[2]<Bool>, d.e: FixedSizeList[3]<Float64>',
    columns: {
      a: [[1n, 2n], null, [9_007_199_254_740_993n, -4n]],
      b: [
        [0.5, null],
        [null, null],
        [1, 2],
      ],
      c: [[true, false], null, [null, true]],
      'd.e': [[1, -2000, 3], [null, 5, 6], null],
    },
    reasons: [],
  });
  // What a list that is not there would hold is not there either.
  const [batch] = await Array.fromAsync(jsonLines(() => [Buffer.from(text)]).open({ signal: quiet() }));
  t.is(batch!.records.getChild('a')!.data[0]!.children[0]!.nullCount, 2);
  const types = { a: 'float32[2]', f: 'int32[1]' } as const;
  t.deepEqual((await columnsOf('{"a":[1,0.5]}\n{"f":[7]}\n', { types, inferRows: 2 })).columns, {
    a: [[1, 0.5], null],
    f: [null, [7]],
  });
});

test('leaves arrays out that hold something else, or that are not always arrays', async (t) => {
  for (const [one, other] of [
    ['["a"]', '["b"]'],
    ['[1]', '["b"]'],
    ['[1]', '[true]'],
    ['[[1]]', '[[2]]'],
    ['[{"x":1}]', '[{"x":2}]'],
    ['[1]', '1'],
    ['[1]', '{"x":1}'],
    ['[null]', '[]'],
  ]) {
    const { columns } = await columnsOf(`{"v":${one},"a":1}\n{"v":${other},"a":2}\n`);
    t.deepEqual(
      Object.keys(columns).filter((name) => !name.startsWith('v.')),
      ['a'],
      `${one} ${other}`,
    );
  }
});

test('holds lists to the length and the type of the first, and refuses a row with another', async (t) => {
  const text = (second: string) => `{"v":[1,2],"i":0}\n{"v":${second},"i":1}\n{"v":[3,4],"i":2}\n`;
  for (const [second, reason] of [
    ['[1,2,3]', "column 'v': expected int64[2], got a list of 3"],
    ['[1]', "column 'v': expected int64[2], got a list of 1"],
    ['[]', "column 'v': expected int64[2], got a list of 0"],
    ['[1,2.5]', "column 'v': expected int64[2], got [1,2.5]"],
    ['[1,true]', "column 'v': expected int64[2], got [1,true]"],
    ['[1,"2"]', 'column \'v\': expected int64[2], got [1,"2"]'],
    ['[1,[2]]', "column 'v': expected int64[2], got [1,[2]]"],
    ['7', 'column \'v\': expected int64[2], got "7"'],
    ['"a"', 'column \'v\': expected int64[2], got "a"'],
    ['{"x":1}', "column 'v': expected int64[2], got an array or an object"],
  ] as const) {
    const { columns, reasons } = await columnsOf(text(second), { inferRows: 1 }, 'return');
    t.deepEqual(
      columns,
      {
        v: [
          [1n, 2n],
          [3n, 4n],
        ],
        i: [0n, 2n],
      },
      second,
    );
    t.deepEqual(reasons, [`1: ${reason}`]);
    const error = await t.throwsAsync(rowsOf(text(second), { inferRows: 1 }), { instanceOf: DataError });
    // The value of a string begins after its quote.
    t.true(error?.message.includes(`, byte ${second.startsWith('"') ? 24 : 23}, ${reason}`), error?.message);
  }
  await t.throwsAsync(rowsOf(text('[1,2,3]')), {
    instanceOf: DataError,
    message: /as types: \{ "v": 'int64\[3\]' \}, or name the fields/,
  });
  await t.throwsAsync(rowsOf(text('[1,2.5]'), { inferRows: 1 }), {
    instanceOf: DataError,
    message: /as types: \{ "v": 'float64\[2\]' \}\.$/,
  });
});

test('cuts record batches of long lists short, alike for all columns', async (t) => {
  const list = JSON.stringify(Array(1 << 20).fill(0));
  const source = jsonLines(() => [Buffer.from(`{"v":${list},"a":1}\n`.repeat(5))], {
    types: { v: 'float32[1048576]', a: 'int32' },
    fields: ['v', 'a'],
    inferRows: 1,
  });
  for (const columns of [['v', 'a'], ['a']]) {
    const lengths = await Array.fromAsync(source.open({ signal: quiet(), columns }), ({ records }) => records.numRows);
    // 32 MB hold four lists of eight bytes a number.
    t.deepEqual(lengths, [4, 1]);
  }
});

test('passes over keys that the first rows had not', async (t) => {
  t.deepEqual(await rowsOf('{"a":1}\n{"b":[{}],"a":2}\n', { inferRows: 1 }), [[1n], [2n]]);
});

test('says which field is not there or holds no value', async (t) => {
  const text = '{"name":"x","list":["a"],"object":{"key":1}}\n';
  await t.throwsAsync(rowsOf(text, { fields: ['nmae'] }), { instanceOf: SchemaError, message: /Did you mean name/ });
  await t.throwsAsync(rowsOf(text, { fields: ['list'] }), {
    instanceOf: SchemaError,
    message: /holds objects or other arrays/,
  });
  await t.throwsAsync(rowsOf(text, { types: { lists: 'string' } }), { instanceOf: SchemaError, message: /types/ });
  await t.throwsAsync(rowsOf(text, { types: { name: 'int64' } }), {
    instanceOf: DataError,
    message:
      /column 'name': expected int64, got "x"\. Give its type, as types: \{ "name": 'string' \}, or, where it stands for no value, nulls: \["x"\]\.$/,
  });
  await t.throwsAsync(rowsOf('{"a":1}\n{"a":{}}\n', { inferRows: 1 }), {
    instanceOf: DataError,
    message: /byte 13, column 'a': expected int64, got an array or an object/,
  });
});

test('refuses what is not an object of JSON, with line and byte', async (t) => {
  for (const line of [
    '',
    '[]',
    '1',
    '{',
    '}',
    '{]',
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    '{"a":1}}',
    '{"a":1}{"a":2}',
    '{"a":01}',
    '{"a":1.}',
    '{"a":-}',
    '{"a":1e}',
    '{"a":NaN}',
    '{"a":tru}',
    '{"a":"\t"}',
    '{"a":"\\x"}',
    '{"a":"\\u00g0"}',
    '{"a":"x}',
    "{'a':1}",
    '{"a":[1 2]}',
    '{"a":[1,]}',
    '{a:1}',
    '{"a":"\\',
    '{"a":+1}',
    `{"a":${'['.repeat(600)}${']'.repeat(600)}}`,
  ].slice(1)) {
    const path = fileOf(`{"a":1}\n\n${line}\n{"a":1}\n`);
    const error = await t.throwsAsync(read(jsonLines(path, { inferRows: 1 })), { instanceOf: SourceError }, line);
    t.true(error?.message.startsWith(`jsonLines ${path}, line 3, byte `), error?.message);
  }
});

test('takes and refuses lines as JavaScript does', async (t) => {
  const line = fc.oneof(
    fc.json({ maxDepth: 3 }).map((text) => `{"a":${text}}`),
    fc
      .string({ unit: fc.constantFrom(...'{}[]":,\\ 01.eE-+truefalsnu'), maxLength: 20 })
      .map((text) => `{"a":${text}}`),
  );
  await fc.assert(
    fc.asyncProperty(line, async (text) => {
      let isJson = true;
      try {
        JSON.parse(text);
      } catch {
        isJson = false;
      }
      const reading = rowsOf(`{"b":1}\n${text}\n`, { fields: ['b'], inferRows: 1 });
      if (isJson) t.deepEqual(await reading, [[1n], [null]], text);
      else await t.throwsAsync(reading, { instanceOf: SourceError }, text);
    }),
    { seed: 7, numRuns: 1000 },
  );
});

test('gives back any values that were written', async (t) => {
  const row = fc.record({
    a: fc.string({ unit: 'binary' }),
    b: fc.double({ noNaN: true, noDefaultInfinity: true }),
    c: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 1, max: 50 }),
      async (rows, chunk) => {
        const bytes = Buffer.from(rows.map((each) => JSON.stringify(each)).join('\n'));
        const chunks = Array.from({ length: Math.ceil(bytes.length / chunk) }, (_, i) =>
          bytes.subarray(i * chunk, (i + 1) * chunk),
        );
        const found = await read(jsonLines(() => chunks, { types: { a: 'string', b: 'float64' } }));
        // JSON has no -0.
        t.deepEqual(
          found.rows,
          rows.map(({ a, b, c }) => [a, b === 0 ? 0 : b, c]),
        );
      },
    ),
    { seed: 7, numRuns: 200 },
  );
});

test('gives the same rows however the bytes are split', async (t) => {
  const text =
    '\uFEFF{"a":1,"b":"ä\\"€","v":[1,2]}\r\n\n  {"b":"\\ud834\\udd1e","a":-2,"v":[ -3 , null ]}\n{}\n{"v":[5,6]}';
  const bytes = Buffer.from(text);
  const whole = await columnsOf(text);
  t.deepEqual(whole.columns, {
    a: [1n, -2n, null, null],
    b: ['ä"€', '𝄞', null, null],
    v: [[1n, 2n], [-3n, null], null, [5n, 6n]],
  });
  for (let at = 0; at <= bytes.length; at++) {
    t.deepEqual(await columnsOf([bytes.subarray(0, at), bytes.subarray(at)]), whole, `split at ${at}`);
  }
});

test('says what is wrong with the path and the options', async (t) => {
  await t.throwsAsync(read(jsonLines(join(home, 'none'))), { instanceOf: SourceError, message: /no such file/ });
  await t.throwsAsync(rowsOf(''), { instanceOf: SourceError, message: /at least one value/ });
  for (const [options, message] of [
    [{ batchRows: 0 }, /^jsonLines: batchRows/],
    [{ inferRows: 0 }, /^jsonLines: inferRows/],
    [{ encoding: 'x' }, /^jsonLines: encoding/],
    [{ fields: ['a', 'a'] }, /^jsonLines: fields/],
    [{ types: { a: 'text' } }, /^jsonLines: types\.a: /],
    [
      { types: { a: 'float64[0]' } },
      /^jsonLines: types\.a: expected .*, or a list of at most 9999999 values, as float64\[3\]/,
    ],
    [{ types: { a: 'float64[10000000]' } }, /^jsonLines: types\.a: /],
    [{ types: { a: 'string[2]' } }, /^jsonLines: types\.a: /],
  ] as const) {
    t.throws(() => jsonLines('a', options as JsonLinesOptions), { name: 'OptionError', message });
  }
});

test('survives flipped bits: an error that names the file, or rows', async (t) => {
  const bytes = Buffer.from(small);
  const path = join(home, 'flipped.ndjson');
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 7 }), async (byte, bit) => {
      const flipped = Uint8Array.from(bytes);
      flipped[byte]! ^= 1 << bit;
      await writeFile(path, flipped);
      try {
        await within(read(jsonLines(path, { inferRows: 5 })), 10_000);
      } catch (error) {
        t.true(
          [DataError, SchemaError, SourceError].some((kind) => error instanceof kind),
          `${error}`,
        );
        t.true((error as Error).message.includes(path));
      }
    }),
    { seed: 7, numRuns: 300 },
  );
});

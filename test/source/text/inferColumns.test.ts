import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { csv, jsonLines, type Source, SourceError, tsv } from '../../../src/index.ts';
import { describe, read } from '../../../src/laws/readSource.ts';
import { derivedSchema } from '../../../src/preprocess/derive/derivedSchema.ts';
import { findColumn } from '../../../src/source/column/findColumn.ts';
import { noteOf } from '../../../src/source/columnNote.ts';

const home = mkdtempSync(join(tmpdir(), 'millrace-infer-'));
test.after.always(() => rm(home, { recursive: true, force: true }));
let files = 0;
function fileOf(text: string): string {
  const path = join(home, `${files++}.csv`);
  writeFileSync(path, text);
  return path;
}

/** The column a of these values, line by line from the second on. */
const column = (values: readonly string[]) => `a,b\n${values.map((value, i) => `${value},${i}\n`).join('')}`;
const numbers = Array.from({ length: 98 }, (_, i) => `${i / 2}`);

/** What is asked for by a numeric feature, and the error without the source's name. */
async function refusal(source: Source): Promise<string> {
  const schema = derivedSchema([], await source.schema());
  try {
    findColumn(schema, { column: 'a', kinds: ['number', 'boolean', 'timestamp'], where: 'numeric a' });
    return 'none';
  } catch (error) {
    return (error as Error).message.replaceAll(source.name, 'FILE').replace(/^.*?, got /, '');
  }
}

const nulls = (words: string) => `It mostly stands for no value: give nulls: [${words}].`;
const cases: readonly (readonly [string, readonly string[], string])[] = [
  ['a usual word for no value', numbers.with(3, 'NA'), `"NA" (FILE, line 5) is not. ${nulls('"", "NA"')}`],
  ['one of another spelling', numbers.with(97, '#N/A'), `"#N/A" (FILE, line 99) is not. ${nulls('"", "#N/A"')}`],
  [
    'several of them',
    numbers.with(3, 'n/a').with(4, '-').with(9, '-').with(50, '?'),
    '94 of 98 values are numbers, "n/a" (FILE, line 5) is not. Such words mostly stand for no value: give nulls: ["", "n/a", "-", "?"].',
  ],
  ['more of them than numbers', numbers.map((value, i) => (i % 3 ? 'None' : value)), nulls('"", "None"')],
  [
    'an unusual word',
    numbers.with(3, 'n/k'),
    'Utf8: 97 of 98 values are numbers, "n/k" (FILE, line 5) is not. ' +
      `Give nulls: ["", "n/k"] where it stands for no value, or types: { "a": 'float64' } and badRows to leave such rows out.`,
  ],
  [
    'decimal commas',
    numbers.map((value) => `"${value.replace('.', ',')}"`),
    '"0,5" (FILE, line 3) is not. It has a decimal comma: give decimal: \',\'.',
  ],
  [
    'decimal commas alone',
    ['"0,5"', '"1,25"'],
    'Utf8: its first value is "0,5" (FILE, line 2). It has a decimal comma: give decimal: \',\'.',
  ],
  [
    'separators of thousands',
    numbers.with(0, '"1,234"'),
    "Write numbers without separators of thousands, or give decimal: ',' where the comma is a decimal one.",
  ],
  [
    'leading zeros',
    ['12345', '01234', '54321'],
    `2 of 3 values are numbers, "01234" (FILE, line 3) is not. Integers with a zero or a plus before them are taken for codes: give types: { "a": 'int64' } where they are numbers.`,
  ],
  [
    'telephone numbers',
    ['+4930123', '+4930124'],
    `its first value is "+4930123" (FILE, line 2). Integers with a zero or a plus`,
  ],
  [
    'an integer of more than 64 bits',
    ['1', '9223372036854775808'],
    `"9223372036854775808" (FILE, line 3) is not. It does not fit into 64 bits: give types: { "a": 'float64' }, which rounds it.`,
  ],
  [
    'spaces',
    [' 1', ' 2', ' 3'],
    'its first value is " 1" (FILE, line 2). There are spaces around it: give trim: true.',
  ],
  [
    'a boolean that is missing',
    ['true', 'false', 'null'],
    `2 of 3 values are booleans, "null" (FILE, line 4) is not. ${nulls('"", "null"')}`,
  ],
  [
    'a time that is none',
    ['2001-02-03', '2001-02-04 05:06', '0000-00-00'],
    `2 of 3 values are times, "0000-00-00" (FILE, line 4) is not. Give nulls: ["", "0000-00-00"] where it stands for no value, or types: { "a": 'timestamp' }`,
  ],
  ['words', ['red', 'green', '7'], 'Utf8.'],
  ['words, and a few numbers among them', Array.from({ length: 300 }, (_, i) => (i > 250 ? `${i}` : 'x')), 'Utf8.'],
];

for (const [what, values, message] of cases) {
  test(`says which value on which line decided that a column is of strings, and what to do: ${what}`, async (t) => {
    const given = await refusal(csv(fileOf(column(values))));
    t.true(given.includes(message), given);
  });
}

test('says the byte where there is no file to count lines in', async (t) => {
  const text = column(numbers.with(3, 'NA'));
  t.regex(await refusal(csv(() => [Buffer.from(text)])), new RegExp(`"NA" \\(FILE, byte ${text.indexOf('NA')}\\)`));
});

test('says what to do in the words that the options have already', async (t) => {
  const path = fileOf(column(numbers.with(3, 'NA').with(5, '-999')));
  t.regex(await refusal(csv(path, { nulls: ['-999'] })), /give nulls: \["-999", "NA"\]/);
});

test('reads what it was told to do', async (t) => {
  const path = fileOf(column(numbers.with(3, 'NA').with(4, '')));
  const { rows } = await read(csv(path, { nulls: ['', 'NA'] }), { columns: ['a'] });
  t.deepEqual(rows.flat().slice(0, 6), [0, 0.5, 1, null, null, 2.5]);
  t.is(await refusal(csv(path, { nulls: ['', 'NA'] })), 'none');
  t.is(noteOf((await csv(path, { types: { a: 'string' } }).schema()).fields[0]!), undefined);
});

test('a plus is a sign where other numbers have one, and part of a code elsewhere', async (t) => {
  const typeOf = async (...values: string[]) => `${(await csv(fileOf(column(values))).schema()).fields[0]!.type}`;
  t.is(await typeOf('+0.5', '-0.3', '+1'), 'Float64');
  t.is(await typeOf('+0.5', '+3'), 'Float64');
  t.is(await typeOf('+1', '-1', '+1'), 'Int64');
  t.is(await typeOf('+1', '2'), 'Utf8');
  t.is(await typeOf('+01', '-1'), 'Utf8');
  t.is(await typeOf('+1', '2001-02-03'), 'Utf8');
  t.deepEqual((await read(csv(fileOf(column(['+1', '-1']))))).rows, [
    [1n, 0n],
    [-1n, 1n],
  ]);
});

test('a column without a value has no type where all rows were looked at', async (t) => {
  const source = csv(fileOf('a,b,c\n,1,""\n,2,\n'));
  t.is(describe(await source.schema()), 'a: Null, b: Int64, c: Utf8');
  t.deepEqual((await read(source)).rows, [
    [null, 1n, ''],
    [null, 2n, null],
  ]);
  t.is(describe(await csv(fileOf('a,b\n')).schema()), 'a: Null, b: Null');
  const json = jsonLines(fileOf('{"a":null,"b":1}\n{"a":null}\n'));
  t.is(describe(await json.schema()), 'a: Null, b: Int64');
});

test('a column without a value in the first rows is of strings, and says so', async (t) => {
  const path = fileOf(column(['', '', '', '1', '2']));
  t.is(
    await refusal(csv(path, { inferRows: 3 })),
    `Utf8: none of the first 3 rows has a value in it. Give types: { "a": 'float64' }, or look at more rows with inferRows.`,
  );
  t.deepEqual((await read(csv(path, { inferRows: 3 }), { columns: ['a'] })).rows.flat(), [null, null, null, '1', '2']);
  t.is(await refusal(csv(path)), 'none');
});

test('says that a header has one column where another delimiter would cut it', async (t) => {
  for (const [open, text, hint] of [
    [csv, 'a;y\n1;2\n', 'Give delimiter: ";"'],
    [csv, 'a;y\n1,5;2\n', 'Give delimiter: ";"'],
    [csv, 'a|y\n', 'Give delimiter: "|"'],
    [csv, 'a\ty\n1\t2\n', 'Give delimiter: "\\t", or read it with tsv(file)'],
    [tsv, 'a,y\n1,2\n', 'Give delimiter: ",", or read it with csv(file)'],
  ] as const) {
    const header = JSON.stringify(text.split('\n')[0]);
    const error = await t.throwsAsync(read(open(fileOf(text)), { columns: ['a'] }), { name: 'SchemaError' });
    t.true(error?.message.includes(`got a: the header has one column ${header}. ${hint}.`), error?.message);
  }
  const one = await t.throwsAsync(read(csv(fileOf('b\n1\n')), { columns: ['a'] }), { name: 'SchemaError' });
  t.notRegex(one!.message, /delimiter/);
  await t.throwsAsync(read(csv(fileOf('1;2;3\n'), { names: ['a', 'b', 'c'] })), {
    instanceOf: SourceError,
    message: /expected 3 values, one for each column, got 1\. 3 values stand between ";": give delimiter: ";"\.$/,
  });
});

test('says of lines of JSON which value decided, and takes words for no value', async (t) => {
  const lines = (values: readonly unknown[]) => fileOf(values.map((a) => `${JSON.stringify({ a, b: 1 })}\n`).join(''));
  const path = lines([1, 2.5, 'NA', null, 'N/A', -9]);
  t.regex(
    await refusal(jsonLines(path)),
    /3 of 5 values are numbers, "NA" \(FILE, line 3\) is not\. Such words mostly stand for no value: give nulls: \["NA", "N\/A"\]\.$/,
  );
  const { rows } = await read(jsonLines(path, { nulls: ['NA', 'N/A', '-9'] }), { columns: ['a'] });
  t.deepEqual(rows.flat(), [1, 2.5, null, null, null, null]);
  const escaped = fileOf('{"a":"N\\/A"}\n{"a":"x"}\n{"a":"\\\\N"}\n');
  t.deepEqual((await read(jsonLines(escaped, { nulls: ['N/A', '\\N'] }))).rows, [[null], ['x'], [null]]);
  t.regex(
    await refusal(jsonLines(lines([1, '2', 3]))),
    /"2" \(FILE, line 2\) is not\. What stands between quotes in JSON is a string/,
  );
});

test('says of lines of JSON why a column is left out', async (t) => {
  const missing = async (text: string) => {
    const error = await t.throwsAsync(read(jsonLines(fileOf(text)), { columns: ['a'] }), { name: 'SchemaError' });
    return error!.message.replace(/\(jsonLines [^,]*, /, '(').replace(/^.*?, got /, '');
  };
  const rows = '{"a":1,"b":2}\n'.repeat(3);
  t.is(
    await missing(`${rows}{"a":{"x":1}}\n`),
    `a: 3 of 4 values are single values, but it holds objects or other arrays, as {"x":1} (line 4). ` +
      `Name the value in it, as 'a.key', or give the type that most have, as types: { "a": 'float64' }.`,
  );
  t.regex(
    await missing(`{"a":[1,2],"b":1}\n{"a":["x"]}\n`),
    /^a: 1 of 2 values are lists, but it holds objects or other arrays, as \["x"\] \(line 2\).*'float64\[3\]' \}\.$/,
  );
  t.regex(
    await missing(`${rows}{"a":[1]}\n`),
    /^a: 3 of 4 values are single values, but it holds others, as \[1\] \(line 4\)/,
  );
  t.regex(
    await missing(`{"a":[1],"b":2}\n{"a":[1]}\n${rows}`),
    /^a: 3 of 5 values are single values, .* as \[1\] \(line 1\)/,
  );
  t.regex(
    await missing('{"a":[],"b":1}\n'),
    /^a: it holds lists without values\. Give types: \{ "a": 'float64\[3\]' \}/,
  );
});

test('a value that is bad in a later row comes with what to do about it', async (t) => {
  const late = (value: string, options: Parameters<typeof csv>[1] = {}) =>
    t.throwsAsync(read(csv(fileOf(column(['1', '2', value])), { inferRows: 2, ...options })), { name: 'DataError' });
  t.regex(
    (await late('NA'))!.message,
    /line 4, byte \d+, column 'a': expected int64, got "NA"\. It mostly stands for no value: give nulls: \["", "NA"\]\.$/,
  );
  t.regex((await late('2.5'))!.message, /got "2\.5"\. Give its type, as types: \{ "a": 'float64' \}\.$/);
  t.regex((await late('"2,5"'))!.message, /got "2,5"\. It has a decimal comma: give decimal: ','\.$/);
  t.regex((await late('3000000000', { types: { a: 'int32' } }))!.message, /types: \{ "a": 'int64' \}\.$/);
  t.regex((await late('9223372036854775808'))!.message, /types: \{ "a": 'float64' \}\.$/);
  t.regex(
    (await late('x'))!.message,
    /Give its type, as types: \{ "a": 'string' \}, or, where it stands for no value, nulls: \["", "x"\]\.$/,
  );
});

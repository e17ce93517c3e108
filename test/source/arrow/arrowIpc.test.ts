import { mkdtempSync, writeFileSync } from 'node:fs';
import { readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type RecordBatch, RecordBatchReader, Table, Type, tableToIPC, vectorFromArray } from 'apache-arrow';
import test from 'ava';
import fc from 'fast-check';
import { SchemaError, SourceError } from '../../../src/errors.ts';
import { quiet, read, within } from '../../../src/laws/readSource.ts';
import { sourceLaws } from '../../../src/laws/sourceLaws.ts';
import { arrowIpc } from '../../../src/source/arrow/arrowIpc.ts';
import { holdTo } from '../../holdTo.ts';

const home = mkdtempSync(join(tmpdir(), 'millrace-arrow-'));
test.after.always(() => rm(home, { recursive: true, force: true }));
let files = 0;
function fileOf(bytes: Uint8Array): string {
  const path = join(home, `${files++}.arrow`);
  writeFileSync(path, bytes);
  return path;
}

const rows = Array.from({ length: 25 }, (_, i) => i);
const [whole] = new Table({
  number: vectorFromArray(rows.map((i) => i / 2)),
  word: vectorFromArray(rows.map((i) => (i % 3 === 2 ? null : `word ${i % 7}`))),
  yes: vectorFromArray(rows.map((i) => i % 2 === 0)),
  whole: vectorFromArray(rows.map((i) => BigInt(i * 1000))),
}).batches;
/** Record batches of 10, 10 and 5 rows. */
const table = new Table([0, 10, 20].map((row) => whole!.slice(row, row + 10)));
const forms = { file: tableToIPC(table, 'file'), stream: tableToIPC(table, 'stream') };
const expected = rows.map((i) => [i / 2, i % 3 === 2 ? null : `word ${i % 7}`, i % 2 === 0, BigInt(i * 1000)]);

for (const [form, bytes] of Object.entries(forms)) {
  const path = fileOf(bytes);
  holdTo(
    test,
    sourceLaws(
      `an Arrow ${form}`,
      () => arrowIpc(path, { batchRows: 4 }),
      (row) => row,
    ),
  );

  test(`gives the values that were written to a ${form}`, async (t) => {
    const { rows, lengths } = await read(arrowIpc(path, { batchRows: 4 }));
    t.deepEqual(rows, expected);
    t.deepEqual(lengths, [4, 4, 2, 4, 4, 2, 4, 1]);
    t.deepEqual((await read(arrowIpc(path))).lengths, [10, 10, 5]);
    t.is(await arrowIpc(path).rows(), 25);
  });

  test(`reads a ${form} in chunks of any size, and compressed`, async (t) => {
    for (const size of [1, 7, 64, 1000]) {
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
        bytes.subarray(i * size, (i + 1) * size),
      );
      const source = arrowIpc(() => chunks);
      t.deepEqual((await read(source)).rows, expected);
      t.is(await source.rows(), undefined);
    }
    t.deepEqual((await read(arrowIpc(fileOf(gzipSync(bytes))), { from: 17 })).rows, expected.slice(17));
  });

  test(`notices every cut of a ${form}`, async (t) => {
    let whole = 0;
    for (let length = 0; length < bytes.length; length += 3) {
      try {
        const { rows } = await read(arrowIpc(() => [bytes.subarray(0, length)]));
        // A stream may end between two messages.
        t.deepEqual(rows, expected.slice(0, rows.length));
        whole++;
      } catch (error) {
        t.true(error instanceof SourceError, `${length}: ${(error as Error).stack}`);
      }
    }
    t.true(form === 'file' ? whole === 0 : whole <= 6, `${whole} cuts`);
  });

  test(`survives flipped bits of a ${form}: an error that names it, or rows`, async (t) => {
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 7 }), async (byte, bit) => {
        const flipped = Uint8Array.from(bytes);
        flipped[byte]! ^= 1 << bit;
        try {
          await within(read(arrowIpc(() => [flipped])), 10_000);
        } catch (error) {
          refused++;
          t.true(
            error instanceof SourceError || error instanceof SchemaError,
            `byte ${byte}, bit ${bit}: ${(error as Error).stack}`,
          );
          t.true((error as Error).message.includes('arrowIpc stream'));
        }
      }),
      { seed: 7, numRuns: 1000 },
    );
    t.true(refused > 100, `${refused} refused`);
  });
}

test('holds what the metadata say to the bytes that there are, before anything is made of it', async (t) => {
  // 1,511 rows of 1,237 different words, 83 of them null.
  const count = Array.from({ length: 1511 }, (_, i) => i);
  const words = vectorFromArray(count.map((i) => (i < 83 ? null : `word ${i % 1237}`)));
  const bytes = tableToIPC(new Table({ words, number: vectorFromArray(count) }), 'stream');
  t.is((await read(arrowIpc(() => [bytes]))).rows.length, 1511);
  for (const [from, to, message] of [
    [1237n, 1n << 25n, /column of a dictionary: 4952 bytes where the rows take 134217732/],
    [1237n, -1n, /-1 rows/],
    [1237n, (1n << 63n) - 1n, /9223372036854775807 in the metadata/],
    [1511n, 1n << 40n, /column words: 192 bytes where the rows take 137438953472/],
    [83n, 1512n, /column words: 1512 nulls in 1511 rows/],
    [83n, 0n, /column words: 0 nulls by their number, 83 by their bitmap/],
    [83n, 82n, /column words: 82 nulls by their number, 83 by their bitmap/],
    [6048n, 1n << 20n, /column words: a buffer outside of its message/],
  ] as const) {
    const wrong = replaceInt64(bytes, from, to);
    await t.throwsAsync(read(arrowIpc(() => [wrong])), { instanceOf: SourceError, message });
  }
});

/** Every such number at a multiple of 8 bytes is another one. */
function replaceInt64(bytes: Uint8Array, from: bigint, to: bigint): Uint8Array {
  const numbers = new BigInt64Array(Uint8Array.from(bytes.subarray(0, bytes.length & ~7)).buffer);
  return new Uint8Array(numbers.map((each) => (each === from ? to : each)).buffer);
}

test('reads 200,000 flights, each once', async (t) => {
  const path = fileURLToPath(new URL('../../../node_modules/vega-datasets/data/flights-200k.arrow', import.meta.url));
  const source = arrowIpc(path);
  t.is(await source.rows(), 200_000);
  const sum = async (from: number) => {
    let [rows, delay] = [0, 0];
    for await (const { records } of source.open({ signal: quiet(), from, columns: ['delay'] })) {
      for (const value of records.getChildAt(0)!.toArray() as Int16Array) delay += value;
      rows += records.numRows;
    }
    return { rows, delay };
  };
  const whole = [...RecordBatchReader.from(await readFile(path))];
  const columns = whole.map((records) => records.getChild('delay')?.toArray() as Int16Array);
  t.deepEqual(await sum(0), {
    rows: 200_000,
    delay: columns.reduce((all, column) => column.reduce((a, b) => a + b, all), 0),
  });
  t.is((await sum(123_456)).rows, 200_000 - 123_456);
});

test('says what is wrong with the path, the bytes and the cursor', async (t) => {
  for (const [path, message] of [
    [join(home, 'none.arrow'), /no such file/],
    [home, /a folder/],
    [fileOf(new Uint8Array(0)), /an empty file/],
    [fileOf(Buffer.from('date,delay\n2001-01-01,5\n')), /a whole Arrow IPC file or stream/],
  ] as const) {
    for (const attempt of [() => read(arrowIpc(path)), () => arrowIpc(path).schema(), () => arrowIpc(path).rows()]) {
      const error = await t.throwsAsync(attempt(), { instanceOf: SourceError, message });
      t.true(error?.message.startsWith(`arrowIpc ${path}`));
    }
  }
  await t.throwsAsync(read(arrowIpc(fileOf(forms.file)), { from: 26 }), { message: /a row from 0 to 25/ });
  // In the last record batch, which counting the rows passes over.
  await t.throwsAsync(arrowIpc(fileOf(forms.stream.subarray(0, -30))).rows(), { instanceOf: SourceError });
  t.throws(() => arrowIpc('a', { batchRows: 0 }), { name: 'OptionError', message: /^arrowIpc: batchRows/ });
});

test('notices a file that changes while it is read', async (t) => {
  const path = fileOf(forms.file);
  const items = arrowIpc(path).open({ signal: quiet() })[Symbol.asyncIterator]();
  await items.next();
  await utimes(path, 1, 1);
  await t.throwsAsync(
    async () => {
      while (!(await items.next()).done);
    },
    { instanceOf: SourceError, message: /changed/ },
  );
});

test('has a fingerprint of the content', async (t) => {
  const path = fileOf(forms.file);
  const source = arrowIpc(path);
  const print = await source.fingerprint();
  t.deepEqual(await arrowIpc(fileOf(forms.file)).fingerprint(), print);
  await writeFile(path, forms.stream);
  t.notDeepEqual(await source.fingerprint(), print);
  t.deepEqual((await read(source)).rows, expected);
});

const conformance = new URL('../../../../shared/conformance/arrow-ipc/', import.meta.url);
test('reads each file and stream of arrow-ipc as expected', async (t) => {
  const folders = (await readdir(conformance).catch(() => [])).filter((each) => !each.includes('.txt'));
  if (folders.length === 0) t.log('they are not here');
  let equal = 0;
  for (const folder of folders) {
    for (const name of await readdir(new URL(folder, conformance))) {
      if (name.endsWith('.gz')) continue;
      const path = fileURLToPath(new URL(`${folder}/${name}`, conformance));
      const json = gunzipSync(await readFile(path.replace(/\.(arrow_file|stream)$/, '.json.gz'))).toString();
      const found: RecordBatch[] = [];
      for await (const { records } of arrowIpc(path).open({ signal: quiet() })) found.push(records);
      if (name.includes('decimal256')) {
        t.deepEqual(found.map(decimals), decimalsOfJson(json), name);
      } else {
        const batches = [...RecordBatchReader.from(JSON.parse(json))].filter(({ numRows }) => numRows > 0);
        t.deepEqual(found.map(values), batches.map(values), name);
      }
      equal++;
    }
  }
  t.log(`${equal} equal`);
  t.pass();
});

function values(records: RecordBatch): string {
  const columns = records.schema.fields.map((_, i) => [...(records.getChildAt(i) ?? [])]);
  return JSON.stringify(columns, (_, value) => {
    if (typeof value === 'bigint') return `${value}`;
    if (value instanceof Map) return [...value];
    return ArrayBuffer.isView(value) ? Array.from(value as Uint8Array, String) : value;
  });
}

/** Arrow's reader of JSON does not read these, so their words are compared with the text. */
function decimals({ data }: RecordBatch): string[][] {
  return data.children.map((column) => {
    if (column.typeId !== Type.Decimal) return [];
    return Array.from({ length: column.length }, (_, row) => {
      if (!column.getValid(row)) return 'null';
      let value = 0n;
      for (let word = 7; word >= 0; word--)
        value = (value << 32n) | BigInt((column.values as Uint32Array)[8 * row + word]!);
      return `${BigInt.asIntN(256, value)}`;
    });
  });
}

function decimalsOfJson(json: string): string[][][] {
  const { batches } = JSON.parse(json) as {
    batches: { columns: { DATA: string[]; VALIDITY: number[] }[] }[];
  };
  return batches.map(({ columns }) =>
    columns.map(({ DATA, VALIDITY }) => DATA.map((value, i) => (VALIDITY[i] ? value : 'null'))),
  );
}

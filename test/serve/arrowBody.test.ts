import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import {
  CompressionType,
  compressionRegistry,
  Dictionary,
  Field,
  Float64,
  Int32,
  Int64,
  makeData,
  makeVector,
  RecordBatch,
  RecordBatchFileWriter,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  Table,
  tableFromIPC,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import test from 'ava';
import { loadModel } from '../../src/model.ts';
import { type ask, served } from './served.ts';

const rows = Array.from({ length: 30 }, (_, i) => ({
  a: Math.sin(i),
  b: i % 5 === 0 ? null : i % 7,
  color: ['red', 'green', 'never seen'][i % 3]!,
}));
const columns = {
  a: vectorFromArray(
    rows.map(({ a }) => a),
    new Float64(),
  ),
  b: vectorFromArray(
    rows.map(({ b }) => (b === null ? null : BigInt(b))),
    new Int64(),
  ),
  color: vectorFromArray(
    rows.map(({ color }) => color),
    new Dictionary(new Utf8(), new Int32()),
  ),
};
const stream = { 'content-type': 'application/vnd.apache.arrow.stream' };
const body = tableToIPC(new Table(columns), 'stream');

async function asked(server: Parameters<typeof ask>[0], name: string, bytes: Uint8Array, headers = stream) {
  const answer = await fetch(`${server.url}/models/${name}/predict`, {
    method: 'POST',
    headers,
    body: bytes as Uint8Array<ArrayBuffer>,
  });
  return { status: answer.status, headers: answer.headers, bytes: new Uint8Array(await answer.arrayBuffer()) };
}

test('an Arrow stream or file is answered by a stream of what the model predicts', async (t) => {
  const { server, folder } = await served(t);
  for (const name of ['late', 'kind', 'price']) {
    const model = await loadModel(join(folder, name));
    const expected = model.predictRows(rows);
    const { status, headers, bytes } = await asked(server, name, body);
    t.is(status, 200, Buffer.from(bytes).toString());
    t.is(headers.get('content-type'), 'application/vnd.apache.arrow.stream');
    t.is(headers.get('x-model-version'), model.hash.slice(0, 16));
    const table = tableFromIPC(bytes);
    t.deepEqual(
      table.schema.fields.map((field) => field.name),
      [...model.schema.outputs],
    );
    t.is(table.schema.metadata.get('millrace.version'), model.hash.slice(0, 16));
    t.deepEqual(
      [...table.getChild('predicted')!],
      expected.map(({ predicted }) => predicted),
    );
    if (name === 'late')
      t.deepEqual(
        [...table.getChild('probability')!],
        expected.map(({ probability }) => probability),
      );
    if (name === 'kind')
      t.deepEqual(
        [...table.getChild('probability_y')!],
        expected.map(({ probabilities }) => probabilities!.y),
      );
    const file = await asked(server, name, tableToIPC(new Table(columns), 'file'), {
      'content-type': 'application/vnd.apache.arrow.file',
    });
    t.deepEqual(file.bytes, bytes);
    model.close();
  }
  const empty = await asked(server, 'late', tableToIPC(new Table(columns).slice(0, 0), 'stream'));
  t.is(tableFromIPC(empty.bytes).numRows, 0);
});

test('rows of Arrow are held to the schema and to the limits', async (t) => {
  const { server } = await served(t, { limits: { rows: 30 } });
  const error = async (bytes: Uint8Array) => {
    const answer = await asked(server, 'late', bytes);
    return { status: answer.status, ...JSON.parse(Buffer.from(answer.bytes).toString()).error };
  };
  const { a, b, color } = columns;
  t.like(await error(tableToIPC(new Table({ a, b, colour: color }), 'stream')), {
    status: 422,
    row: 0,
    column: 'color',
  });
  t.like(await error(tableToIPC(new Table({ a: color, b, color }), 'stream')), {
    status: 422,
    column: 'a',
    expected: 'a number',
  });
  t.like(await error(tableToIPC(new Table({ a, b, color }).concat(new Table({ a, b, color })), 'stream')), {
    status: 413,
  });
  const far = makeVector(BigInt64Array.from({ length: 30 }, () => 2n ** 53n + 1n));
  t.like(await error(tableToIPC(new Table({ a, b: far, color }), 'stream')), {
    status: 400,
    expected: 'an integer up to 2^53',
  });
  const children = [a, a].map((vector) => vector.data[0]!);
  const fields = ['a', 'a'].map((name) => new Field(name, new Float64(), true));
  const twice = new RecordBatch(
    new Schema(fields),
    makeData({ type: new Struct(fields), length: 30, nullCount: 0, children }),
  );
  t.like(await error(tableToIPC(new Table([twice]), 'stream')), { status: 400, expected: 'each column once' });
});

test('what is compressed is refused, in words that help', async (t) => {
  const { server, log } = await served(t);
  const error = async (bytes: Uint8Array, headers = stream) => {
    const answer = await asked(server, 'late', bytes, headers);
    return { status: answer.status, message: JSON.parse(Buffer.from(answer.bytes).toString()).error.message };
  };
  for (const [codec, pack] of [
    [CompressionType.ZSTD, zstdCompressSync],
    // The head of a frame is all that the writer asks for, and nothing of it is read.
    [CompressionType.LZ4_FRAME, () => Uint8Array.of(4, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82)],
  ] as const) {
    compressionRegistry.set(codec, { encode: pack });
    for (const Writer of [RecordBatchStreamWriter, RecordBatchFileWriter]) {
      const writer = new Writer({ compressionType: codec });
      const { status, message } = await error(writer.writeAll(new Table(columns)).finish().toUint8Array(true));
      t.is(status, 415, message);
      t.regex(
        message,
        /expected Arrow buffers that are not compressed, got ones that (zstd|lz4) has compressed\. Write/,
      );
    }
  }
  for (const [bytes, headers] of [
    [body, stream],
    [Buffer.from('{"a": 1, "b": 2, "color": "red"}'), { 'content-type': 'application/json' }],
  ] as const) {
    const { status, message } = await error(gzipSync(bytes), { ...headers, ...{ 'content-encoding': 'gzip' } });
    t.is(status, 415, message);
    t.regex(message, /expected a body that is not compressed, got content-encoding: gzip\. Send it as it is/);
  }
  t.is((await asked(server, 'late', body, { ...stream, ...{ 'content-encoding': 'identity' } })).status, 200);
  t.deepEqual(log, []);
});

test('bytes that are no Arrow, cut or changed, get a 4xx or an answer, and harm nobody', async (t) => {
  const { server, log } = await served(t);
  t.is((await asked(server, 'late', Buffer.from('{"a": 1}'))).status, 400);
  t.is((await asked(server, 'late', new Uint8Array(1))).status, 400);
  const statuses = new Set<number>();
  for (let end = 8; end < body.length - 8; end += 37)
    statuses.add((await asked(server, 'late', body.slice(0, end))).status);
  for (let at = 0; at < body.length; at += 23) {
    const changed = body.slice();
    changed[at]! ^= 0x55;
    statuses.add((await asked(server, 'late', changed)).status);
  }
  t.deepEqual(
    [...statuses].filter((status) => ![200, 400, 413, 415, 422].includes(status)),
    [],
    log.join('\n'),
  );
  t.is((await asked(server, 'late', body)).status, 200);
  t.deepEqual(log, []);
});

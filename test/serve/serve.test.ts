import { once } from 'node:events';
import { copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import test from 'ava';
import { loadModel } from '../../src/model.ts';
import { championsOf, serve } from '../../src/serve.ts';
import { temporaryFolder } from '../pipeline/run.ts';
import { ask, served, trained } from './served.ts';

const row = { a: 0.5, b: 3, color: 'red' };

test('a row, a list of rows and lines of rows are answered with what the model predicts', async (t) => {
  const { server, folder } = await served(t);
  for (const name of ['late', 'kind', 'price']) {
    const model = await loadModel(join(folder, name));
    const head = { model: name, version: model.hash.slice(0, 16) };
    const other = { a: -1, b: null, color: 'never seen', id: 7 };
    const expected = JSON.parse(JSON.stringify(model.predictRows([row, other])));
    const one = await ask(server, `/models/${name}/predict`, row);
    t.is(one.status, 200, one.text);
    t.deepEqual(one.json, { ...expected[0], ...head });
    t.is(one.headers.get('x-model-version'), head.version);
    const list = await ask(server, `/models/${name}/predict`, [row, other]);
    t.deepEqual(list.json, { predictions: expected, ...head });
    t.deepEqual(expected[1].missing, ['b']);
    t.deepEqual(expected[1].unseen, ['color']);
    const lines = `${JSON.stringify(row)}\r\n${JSON.stringify(other)}\n`;
    const answered = await ask(server, `/models/${name}/predict`, lines, { 'content-type': 'application/x-ndjson' });
    t.deepEqual(
      answered.text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
      expected.map((each: object) => ({ ...each, ...head })),
    );
    model.close();
  }
  t.deepEqual((await ask(server, '/models/late/predict', [])).json.predictions, []);
  t.is(server.answered(), 10);
});

const bad: readonly (readonly [title: string, body: string | Uint8Array, status: number, error: object])[] = [
  ['no JSON', '{"a": 1,', 400, { expected: 'JSON' }],
  ['an empty body', ' ', 400, { expected: 'JSON' }],
  ['a number alone', '3', 400, { expected: 'a row, as an object by column, or a list of rows', received: '3' }],
  ['a list of numbers', '[1]', 422, { row: 0, expected: 'an object by column', received: '1' }],
  ['a name that comes twice', '{"a": 1, "a": 2, "b": 1, "color": "red"}', 400, { received: 'a name that comes twice' }],
  ['__proto__', '{"__proto__": {"a": 1}, "b": 1, "color": "red"}', 400, { received: '__proto__' }],
  ['an integer beyond 2^53', '{"a": 9007199254740993, "b": 1, "color": "red"}', 400, { received: '9007199254740993' }],
  ['a number that is infinite', '{"a": 1e999, "b": 1, "color": "red"}', 422, { column: 'a', received: 'Infinity' }],
  ['deep nesting', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 400, { received: '100000 deep' }],
  ['bytes that are no UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 400, { expected: 'text in UTF-8' }],
  ['a column that is missing', '{"b": 1, "color": "red"}', 422, { column: 'a' }],
  [
    'a column that is called otherwise',
    '{"a": 1, "b": 1, "colour": "red"}',
    422,
    { column: 'color', hint: 'Did you mean colour: it is called color here' },
  ],
  [
    'a column of another type',
    '{"a": "1", "b": 1, "color": "red"}',
    422,
    { column: 'a', expected: 'a number', received: "'1'" },
  ],
  [
    'a row among others',
    '[{"a": 1, "b": 1, "color": "red"}, {"a": 1, "b": true, "color": "red"}]',
    422,
    { row: 1, column: 'b', expected: 'a number', received: 'true' },
  ],
];

test('what is no row is refused with its place, what was expected and what came, and harms nobody', async (t) => {
  const { server, folder, log } = await served(t);
  for (const [title, body, status, error] of bad) {
    const answered = await ask(server, '/models/late/predict', body);
    t.is(answered.status, status, `${title}: ${answered.text}`);
    t.like(answered.json.error, error, title);
    t.true(answered.text.length < 2000, title);
    t.false(answered.text.includes(folder) || answered.text.includes('.ts:'), `${title}: ${answered.text}`);
  }
  const lines = await ask(server, '/models/late/predict', `${JSON.stringify(row)}\n{`, {
    'content-type': 'application/x-ndjson',
  });
  t.like(lines.json.error, { row: 1, expected: 'JSON' });
  t.is((await ask(server, '/models/late/predict', row)).status, 200);
  t.deepEqual(log, []);
});

test('other paths, methods and types are refused in words that help', async (t) => {
  const { server } = await served(t, { limits: { rows: 2, bodyBytes: 1000 } });
  t.regex(
    (await ask(server, '/models/lat/predict', row)).json.error.message,
    /no model is called "lat". Did you mean late/,
  );
  t.is((await ask(server, '/models/lat/predict', row)).status, 404);
  t.is((await ask(server, '/nothing')).status, 404);
  const form = await ask(server, '/models/late/predict', JSON.stringify(row), {
    'content-type': 'application/x-www-form-urlencoded',
  });
  t.is(form.status, 415);
  t.regex(form.json.error.message, /content-type: application\/json/);
  const many = await ask(server, '/models/late/predict', [row, row, row]);
  t.is(many.status, 413);
  t.regex(many.json.error.message, /at most 2 rows in a request, got 3/);
  t.is((await ask(server, '/models/late/predict', [{ ...row, text: 'x'.repeat(1000) }])).status, 413);
});

test('with a token only those who bring it are answered, and health answers everybody', async (t) => {
  const { server } = await served(t, { token: 'a-long-secret-token' });
  const json = { 'content-type': 'application/json' };
  t.is((await ask(server, '/models/late/predict', row)).status, 401);
  t.is(
    (await ask(server, '/models/late/predict', row, { ...json, authorization: 'Bearer a-long-secret-tokem' })).status,
    401,
  );
  t.is(
    (await ask(server, '/models/late/predict', row, { ...json, authorization: 'Bearer a-long-secret-token' })).status,
    200,
  );
  t.is((await ask(server, '/models')).status, 401);
  t.deepEqual((await ask(server, '/v2/health/live')).json, { live: true });
  t.deepEqual((await ask(server, '/v2/health/ready')).json, { ready: true });
});

/** All that a connection gets back for the bytes that it sends, until the other side closes it. */
function raw(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.setEncoding('utf8').on('data', (part) => {
      received += part;
    });
    socket.on('close', () => resolve(received)).on('error', reject);
  });
}

test('a sender that is too slow gets 408, and a flood of pipelined requests its answers in their order', async (t) => {
  const { server } = await served(t, { limits: { requestMs: 300 } });
  const body = JSON.stringify(row);
  const head = `POST /models/late/predict HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n`;
  t.regex(await raw(server.url, `${head}\r\n${body.slice(0, 5)}`), /^HTTP\/1\.1 408 /);
  const flood = await raw(server.url, `${`${head}\r\n${body}`.repeat(499)}${head}connection: close\r\n\r\n${body}`);
  t.is(flood.match(/HTTP\/1\.1 200 OK/g)?.length, 500);
});

test('a model whose file is replaced takes over, and one that does not load leaves the old in service', async (t) => {
  const folder = await temporaryFolder(t);
  const [first, second] = [await trained(join(folder, '1'), 'late', 1), await trained(join(folder, '2'), 'late', 3)];
  const path = join(folder, 'champion.safetensors');
  const put = async (from: string) => {
    await copyFile(from, `${path}.tmp`);
    await rename(`${path}.tmp`, path);
  };
  await put(first);
  const { server, log } = await served(t, { models: { late: path } });
  const versions = await Promise.all([first, second].map(async (each) => (await loadModel(each)).hash.slice(0, 16)));
  const versionNow = async () => (await ask(server, '/models/late/predict', row)).json.version;
  t.is(await versionNow(), versions[0]!);
  await put(second);
  await server.follow();
  t.is(await versionNow(), versions[1]!);
  await writeFile(`${path}.tmp`, 'no model');
  await rename(`${path}.tmp`, path);
  await server.follow();
  t.is(await versionNow(), versions[1]!);
  t.is(log.length, 2);
  t.is(log[0], `info: late: version ${versions[1]} has taken over from ${versions[0]}`);
  t.regex(log[1]!, new RegExp(`^error: late: .* Version ${versions[1]} stays in service$`));
  await rm(path);
  await server.follow();
  await put(first);
  await server.follow();
  t.is(await versionNow(), versions[0]!);
});

test('each answer is of one model, whose version it names, however often they are replaced', async (t) => {
  const folder = await temporaryFolder(t);
  const files = [await trained(join(folder, '1'), 'price', 1), await trained(join(folder, '2'), 'price', 3)];
  const expected = new Map<string, number>();
  for (const file of files) {
    const model = await loadModel(file);
    expected.set(model.hash.slice(0, 16), model.predictRow(row).predicted as number);
    model.close();
  }
  const path = join(folder, 'champion.safetensors');
  await copyFile(files[0]!, path);
  const { server } = await served(t, { models: { price: path } });
  let isOver = false;
  const seen = new Set<string>();
  const asking = Array.from({ length: 4 }, async () => {
    while (!isOver) {
      const { json } = await ask(server, '/models/price/predict', [row, row]);
      seen.add(json.version);
      for (const { predicted } of json.predictions) t.is(predicted, expected.get(json.version));
    }
  });
  for (let swap = 1; swap <= 20; swap++) {
    await copyFile(files[swap % 2]!, `${path}.tmp`);
    await rename(`${path}.tmp`, path);
    await server.follow();
  }
  isOver = true;
  await Promise.all(asking);
  t.is(seen.size, 2);
});

test('champions of a home folder are served from the moment that there are any', async (t) => {
  const home = await temporaryFolder(t);
  const { server } = await served(t, { models: championsOf(home) });
  t.is((await ask(server, '/models/nightly/predict', row)).status, 404);
  const file = await trained(join(home, 'run'), 'late');
  await mkdir(join(home, 'models', 'nightly'), { recursive: true });
  await copyFile(file, join(home, 'models', 'nightly', 'champion.safetensors'));
  await server.follow();
  t.is((await ask(server, '/models/nightly/predict', row)).status, 200);
});

test('the server says what it cannot begin with', async (t) => {
  const folder = await temporaryFolder(t);
  await t.throwsAsync(serve({ models: {} }), { message: 'serve: models: expected at least one model, got none.' });
  await t.throwsAsync(serve({ models: { x: join(folder, 'none') } }), { message: /none: expected / });
  const { server } = await served(t);
  const port = Number(new URL(server.url).port);
  await t.throwsAsync(serve({ models: { x: join(folder, 'none') }, port: 70_000 }), {
    message: /serve: port: expected/,
  });
  const taken = await trained(join(folder, 'late'), 'late');
  await t.throwsAsync(serve({ models: { late: taken }, port }), {
    message: /expected a port that is free, got one that another process has/,
  });
});

test('closing answers what is under way, and takes no more', async (t) => {
  const { server } = await served(t);
  const body = JSON.stringify(row);
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  let received = '';
  socket.setEncoding('utf8').on('data', (part) => {
    received += part;
  });
  const head = `POST /models/late/predict HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n`;
  socket.write(`${head}\r\n${body.slice(0, 5)}`);
  // The server has it when it answers the next.
  await ask(server, '/models/late/predict', row);
  const isClosed = once(socket, 'close');
  const closing = server.close();
  await t.throwsAsync(ask(server, '/v2/health/live'));
  socket.write(body.slice(5));
  await closing;
  await isClosed;
  t.regex(received, /^HTTP\/1\.1 200 OK\r\n/);
  t.regex(received, /\r\nconnection: close\r\n/i);
  t.regex(received, /"predicted":/);
  t.is(server.answered(), 2);
});

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'ava';
import { bundleParquet } from '../../docs/bundleParquet.ts';
import { bundleModel } from '../../src/browser/bundle.ts';
import { csv } from '../../src/index.ts';
import { loadModel } from '../../src/model.ts';
import { openTable } from '../../src/sink/table/tableEncoder.ts';
import { temporaryFolder } from '../pipeline/run.ts';
import { trained } from '../serve/served.ts';

const chromium = ['chromium', 'chromium-browser', 'google-chrome'].find(
  (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0,
);

const rows = Array.from({ length: 500 }, (_, i) => ({
  a: Math.sin(i) * 3,
  b: i % 11 === 0 ? null : i % 13,
  color: ['red', 'green', 'blue', 'unknown', null][i % 5],
}));

const page = `<!doctype html><title>page</title><body><script type="module">
import { loadModel } from './model.js';
const done = (value) => document.body.replaceChildren(Object.assign(document.createElement('pre'), { textContent: value }));
try {
  const model = await loadModel('model.safetensors');
  const rows = await (await fetch('rows.json')).json();
  done(JSON.stringify(model.predictRows(rows).map(({ probability }) => probability)));
} catch (error) {
  done(error.stack);
}
</script></body>`;

/** The same table as Parquet. */
async function asParquet(path: string): Promise<Buffer> {
  const source = csv(path);
  const table = await openTable('parquet', await source.schema());
  const parts = [table.begin()];
  for await (const { records } of source.open({ signal: new AbortController().signal })) {
    parts.push(await table.encode(records));
  }
  parts.push(await table.end());
  return Buffer.concat(parts.map((part) => Buffer.from(part)));
}

/** What the page shows in Chromium, where the server sends a policy with it. */
async function shown(
  files: Readonly<Record<string, readonly [type: string, body: string | Buffer]>>,
  policy: string,
  query = '',
): Promise<string> {
  const server = createServer((request, response) => {
    const [type, body] = files[(request.url ?? '').replace(/\?.*/, '')] ?? ['text/plain', undefined];
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': type, 'content-security-policy': policy });
    response.end(body);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const { spawn } = await import('node:child_process');
  const args = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--virtual-time-budget=20000',
    '--dump-dom',
    `http://127.0.0.1:${port}/${query}`,
  ];
  const child = spawn(chromium!, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part) => {
    text += part;
  });
  await new Promise((resolve) => child.once('close', resolve));
  server.close();
  return /<pre>(.*)<\/pre>/s.exec(text)?.[1] ?? text;
}

test('in Chromium a model predicts to the bits of wasm-strict, and without WebAssembly to six digits', async (t) => {
  t.timeout(180_000);
  if (!chromium) return void t.pass('skipped: there is no Chromium');
  const path = await trained(await temporaryFolder(t), 'late', 3);
  const files = {
    '/': ['text/html', page],
    '/model.js': ['text/javascript', await bundleModel('esm')],
    '/model.safetensors': ['application/octet-stream', readFileSync(path)],
    '/rows.json': ['application/json', JSON.stringify(rows)],
  } as const;
  const model = await loadModel(path, { engine: 'wasm-strict' });
  const expected = model.predictRows(rows).map(({ probability }) => probability!);
  model.close();
  const own = "default-src 'self'; script-src 'self' 'unsafe-inline'";
  t.is(await shown(files, `${own} 'wasm-unsafe-eval'`), JSON.stringify(expected));
  const found: number[] = JSON.parse(await shown(files, own));
  for (const [i, p] of expected.entries()) t.true(Math.abs(found[i]! - p) < 1e-6);
});

test('the page of the documents predicts for a table, and asks for nothing but its own files', async (t) => {
  t.timeout(180_000);
  if (!chromium) return void t.pass('skipped: there is no Chromium');
  const file = (name: string) => readFileSync(`docs/try/${name}`);
  const files = {
    '/': ['text/html', file('index.html')],
    '/page.js': ['text/javascript', file('page.js')],
    '/table.js': ['text/javascript', file('table.js')],
    '/model.js': ['text/javascript', await bundleModel('esm')],
    '/penguins.safetensors': ['application/octet-stream', file('penguins.safetensors')],
    '/penguins.csv': ['text/csv', file('penguins.csv')],
    '/parquet.js': ['text/javascript', await bundleParquet()],
    '/penguins.parquet': ['application/octet-stream', await asParquet('docs/try/penguins.csv')],
  } as const;
  const policy = "default-src 'self'; style-src 'unsafe-inline'; script-src 'self' 'wasm-unsafe-eval'";
  const text = await shown(files, policy);
  t.regex(text, /penguins\.safetensors predicts Species from Island, Beak Length \(mm\)/);
  t.regex(text, /penguins\.csv: 39 rows in /);
  t.regex(text, /<tr><th>predicted<\/th><th>probability_Adelie<\/th>/);
  t.is(text.match(/<tr><td>(Adelie|Chinstrap|Gentoo)<\/td>/g)?.length, 39);

  const ofParquet = await shown(files, policy, '?table=penguins.parquet');
  t.regex(ofParquet, /penguins\.parquet: 39 rows in /);
  const predictions = (page: string) => [...page.matchAll(/<tr>(<td>[^<]*<\/td>){4}/g)].map(([line]) => line);
  t.deepEqual(predictions(ofParquet), predictions(text));
});

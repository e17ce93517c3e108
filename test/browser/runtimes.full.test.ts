import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { bundleModel } from '../../src/browser/bundle.ts';
import { loadModel } from '../../src/model.ts';
import { temporaryFolder } from '../pipeline/run.ts';
import { trained } from '../serve/served.ts';

const rows = Array.from({ length: 300 }, (_, i) => ({
  a: Math.sin(i) * 3,
  b: i % 11 === 0 ? null : i % 13,
  color: ['red', 'green', 'blue', 'unknown', null][i % 5],
}));

/** A program by its name, where it is in PATH or in the folder that MILLRACE_RUNTIMES names. */
function found(name: string): string | undefined {
  const folders = [process.env.MILLRACE_RUNTIMES ?? '', ...(process.env.PATH ?? '').split(delimiter)];
  for (const folder of folders.filter((each) => each !== '')) {
    try {
      execFileSync(join(folder, name), ['--version'], { stdio: 'ignore' });
      return join(folder, name);
    } catch {}
  }
  return undefined;
}

/** A folder with the bundle and a model, and what Node says of the rows: in the bits of the strict engine, and exactly. */
async function prepared(t: ExecutionContext) {
  const folder = await temporaryFolder(t);
  const path = await trained(join(folder, 'run'), 'late', 3);
  copyFileSync(path, join(folder, 'late.safetensors'));
  writeFileSync(join(folder, 'model.js'), await bundleModel('esm'));
  const [strict, exact] = await Promise.all(
    (['wasm-strict', 'reference'] as const).map(async (engine) =>
      (await loadModel(path, { engine })).predictRows(rows),
    ),
  );
  return { folder, strict, exact };
}

const program = (read: string) => `
import { loadModel } from './model.js';
const model = await loadModel(await ${read});
console.log(JSON.stringify(model.predictRows(${JSON.stringify(rows)})));
`;

for (const [name, read, args] of [
  ['bun', "Bun.file('late.safetensors').arrayBuffer()", ['run']],
  ['deno', "Deno.readFile('late.safetensors')", ['run', '--allow-read=.']],
] as const) {
  test(`in ${name} the bundle predicts to the bits of wasm-strict`, async (t) => {
    const path = found(name);
    if (!path) return void t.pass(t.log(`${name} is not installed`) as never);
    const { folder, strict } = await prepared(t);
    writeFileSync(join(folder, 'main.mjs'), program(read));
    const printed = execFileSync(path, [...args, 'main.mjs'], { cwd: folder, encoding: 'utf8' });
    t.deepEqual(JSON.parse(printed), JSON.parse(JSON.stringify(strict)));
  });
}

const worker = `
import { loadModel } from './model.js';
import bytes from 'late.safetensors';
export default {
  async fetch(request) {
    const model = await loadModel(bytes);
    return Response.json(model.predictRows(await request.json()));
  },
};
`;

const config = `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .main)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]
);
const main :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "worker.js"),
    (name = "model.js", esModule = embed "model.js"),
    (name = "late.safetensors", data = embed "late.safetensors"),
  ],
  compatibilityDate = "2026-01-01",
);
`;

test('in workerd, which compiles no WebAssembly from bytes, the bundle predicts to six digits', async (t) => {
  const path = found('workerd');
  if (!path) return void t.pass(t.log('workerd is not installed') as never);
  const { folder, exact } = await prepared(t);
  writeFileSync(join(folder, 'worker.js'), worker);
  writeFileSync(join(folder, 'config.capnp'), config);
  const child = spawn(path, ['serve', '--control-fd=3', 'config.capnp'], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  t.teardown(() => child.kill());
  const port = await listening(child);
  const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: JSON.stringify(rows) });
  const answers = (await response.json()) as typeof exact;
  t.is(answers.length, rows.length);
  for (const [i, { probability }] of answers.entries()) {
    t.true(Math.abs(probability! - exact[i].probability!) < 1e-6, `row ${i}`);
  }
});

const page = `<!doctype html><script type="module">
const { loadModel } = await import('./model.js');
const model = await loadModel('./late.safetensors');
await fetch('./answers', { method: 'POST', body: JSON.stringify(model.predictRows(${JSON.stringify(rows)})) });
</script>`;

test('in Firefox the bundle predicts to the bits of wasm-strict', async (t) => {
  const path = found('firefox-esr') ?? found('firefox');
  if (!path) return void t.pass(t.log('Firefox is not installed') as never);
  const { folder, strict } = await prepared(t);
  const types = { js: 'text/javascript', safetensors: 'application/octet-stream' } as Record<string, string>;
  const answers = Promise.withResolvers<string>();
  const server = createServer(async (request, response) => {
    const file = request.url?.slice(1) ?? '';
    if (file === 'answers') answers.resolve(await text(request));
    const type = types[file.split('.').at(-1) ?? ''];
    response.setHeader('content-type', type ?? 'text/html');
    response.end(type ? readFileSync(join(folder, file)) : page);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  const args = ['--headless', '--no-remote', '--profile', await temporaryFolder(t), `http://127.0.0.1:${port}/`];
  const child = spawn(path, args, { stdio: 'ignore', env: { ...process.env, HOME: folder } });
  t.teardown(() => child.kill());
  t.deepEqual(JSON.parse(await answers.promise), JSON.parse(JSON.stringify(strict)));
  child.kill();
  await once(child, 'exit');
});

/** The port that it says it listens on. */
async function listening(child: ChildProcess): Promise<number> {
  const [bytes] = await once(child.stdio[3]!, 'data');
  return JSON.parse(`${bytes}`.split('\n')[0]).port;
}

import { createHash as nodeHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import { bundleModel } from '../../src/browser/bundle.ts';
import { createHash } from '../../src/browser/sha256.ts';
import { loadModel } from '../../src/model.ts';
import { temporaryFolder } from '../pipeline/run.ts';
import { trained } from '../serve/served.ts';

/** What a worker of a browser has: nothing of Node. */
function webGlobals() {
  const names = [
    'WebAssembly',
    'TextEncoder',
    'TextDecoder',
    'URL',
    'Blob',
    'Response',
    'DecompressionStream',
    'AbortSignal',
    'fetch',
    'atob',
    'performance',
    'console',
  ];
  return Object.fromEntries(names.map((name) => [name, globalThis[name as keyof typeof globalThis]]));
}

const rows = Array.from({ length: 2000 }, (_, i) => ({
  a: Math.sin(i) * 3,
  b: i % 11 === 0 ? null : i % 13,
  color: ['red', 'green', 'blue', 'unknown', null][i % 5],
}));

test('sha256 is that of Node', (t) => {
  for (const length of [0, 1, 55, 56, 63, 64, 65, 1000]) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 131) % 256);
    const expected = nodeHash('sha256').update(bytes).update('ä').digest('hex');
    t.is(createHash().update(bytes).update('ä').digest('hex'), expected, `${length}`);
  }
});

test('the bundle imports nothing, and is small with its kernels', async (t) => {
  const code = await bundleModel('esm');
  t.notRegex(code, /\bimport\b\s*[("'{*]|\bfrom\s*["']|\brequire\s*\(/);
  const size = gzipSync(code, { level: 9 }).length;
  t.log(`${code.length} bytes, ${size} gzipped`);
  t.true(size <= 60_000, `${size}`);
});

test('without anything of Node the bundle predicts to the bits of wasm-strict', async (t) => {
  const folder = await temporaryFolder(t);
  const context = createContext({ ...webGlobals() });
  runInContext(`${await bundleModel('iife')}; globalThis.millrace = millrace;`, context);
  for (const what of ['late', 'kind', 'price'] as const) {
    const path = await trained(join(folder, what), what, 3);
    const model = await loadModel(path, { engine: 'wasm-strict' });
    const found = await runInContext(
      'async (bytes, rows) => { const model = await millrace.loadModel(bytes); return JSON.stringify([model.hash, model.schema, model.predictRows(rows)]); }',
      context,
    )(new Uint8Array(readFileSync(path)), rows);
    t.is(found, JSON.stringify([model.hash, model.schema, model.predictRows(rows)]));
    model.close();
  }
});

test('where WebAssembly is not allowed the reference engine predicts the same to six digits', async (t) => {
  const path = await trained(await temporaryFolder(t), 'kind', 3);
  const refused = {
    ...WebAssembly,
    validate: () => true,
    Module: class {
      constructor() {
        throw new Error('blocked by CSP');
      }
    },
  };
  const context = createContext({ ...webGlobals(), WebAssembly: refused });
  runInContext(`${await bundleModel('iife')}; globalThis.millrace = millrace;`, context);
  const found: { probabilities: Record<string, number> }[] = JSON.parse(
    await runInContext(
      'async (bytes, rows) => JSON.stringify((await millrace.loadModel(bytes)).predictRows(rows))',
      context,
    )(new Uint8Array(readFileSync(path)), rows),
  );
  const model = await loadModel(path, { engine: 'wasm-strict' });
  for (const [i, { probabilities }] of model.predictRows(rows).entries()) {
    for (const [name, p] of Object.entries(probabilities!)) t.true(Math.abs(found[i]!.probabilities[name]! - p) < 1e-6);
  }
  model.close();
});

test('what is for Node alone is refused in words', async (t) => {
  const path = await trained(await temporaryFolder(t), 'late');
  const context = createContext({ ...webGlobals() });
  runInContext(`${await bundleModel('iife')}; globalThis.millrace = millrace;`, context);
  const refused = (code: string) =>
    runInContext(
      `async (bytes) => { const model = await millrace.loadModel(bytes); ${code} }`,
      context,
    )(new Uint8Array(readFileSync(path))).then(
      () => 'nothing',
      (error: Error) => error.message,
    );
  t.regex(
    await refused("model.open('a.csv')"),
    /is not part of the build for browsers: record batches and sources are for Node/,
  );
  t.regex(
    await refused("await millrace.loadModel(bytes, { engine: 'blas' })"),
    /expected 'wasm-strict' or 'reference' in a browser, got 'blas'/,
  );
  t.regex(await refused('await millrace.loadModel(bytes.subarray(0, 500))'), /damaged or cut/);
});

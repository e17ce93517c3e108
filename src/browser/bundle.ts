import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Plugin, rolldown } from 'rolldown';
import { strictKernels } from './strictKernels.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const path = (file: string) => `${root}src/${file}`;
const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

/** Modules that do the same in another way there. */
const replaced = new Map([
  [path('engine/openEngine.ts'), path('browser/openBrowserEngine.ts')],
  [path('engine/wasm/wasmModule.ts'), path('browser/inlineKernels.ts')],
]);

/** Modules whose code is written here. */
const written = new Map([
  [path('version.ts'), `export const version = ${JSON.stringify(version)};`],
  [path('brand.ts'), 'export const brand = {}; export function assertOwn() {}'],
  [path('browser/strictKernels.ts'), `export const strictKernels = ${JSON.stringify(strictKernels)};`],
  [path('options/otherNames.ts'), 'export const otherNames = {};'],
  [path('engine/wasm/clearLanes.ts'), 'export function clearLanes() {}'],
  [path('engine/wasm/helpers.ts'), 'export const createHelpers = () => ({ begin() {}, end() {} });'],
]);

/** What is left out: record batches and where they come from. Whoever asks for it is told so. */
const leftOut = [
  'apache-arrow',
  path('source/formats.ts'),
  path('source/readAlike.ts'),
  path('model/predictSource.ts'),
  path('preprocess/encode/encoder.ts'),
  path('preprocess/derive/copyRecords.ts'),
  path('checkpoint/loadCheckpoint.ts'),
];
const LEFT_OUT = '\0left-out';

const plugin: Plugin = {
  name: 'for browsers',
  async resolveId(id, importer) {
    if (id === 'apache-arrow') return LEFT_OUT;
    if (id === 'node:crypto') return path('browser/sha256.ts');
    if (id === 'node:os') return '\0os';
    if (id === 'node:util') return '\0util';
    const found = importer && id.startsWith('.') ? fileURLToPath(new URL(id, `file://${importer}`)) : id;
    if (leftOut.includes(found)) return LEFT_OUT;
    if (written.has(found)) return found;
    return replaced.get(found);
  },
  load(id) {
    if (id === '\0os') return 'export const totalmem = () => 2 ** 32; export const endianness = () => "LE";';
    if (id === '\0util')
      return 'const plain = (value) => JSON.stringify(value); export const isDeepStrictEqual = (a, b) => plain(a) === plain(b);';
    // CommonJS, so that each name is looked up when it is used.
    if (id === LEFT_OUT) return { code: leftOutCode, moduleType: 'js' };
    const code = written.get(id);
    return code === undefined ? undefined : { code, moduleType: 'js' };
  },
};

const leftOutCode = `
const nothing = class { constructor() {} };
module.exports = new Proxy({}, {
  get(_, name) {
    if (name === '__esModule') return true;
    return new Proxy(nothing, {
      apply() { throw new Error('millrace/model: ' + String(name) + ' is not part of the build for browsers: record batches and sources are for Node'); },
    });
  },
});
`;

/**
 * Bundles models in use for browsers and the edge, without Node's modules and without Arrow.
 *
 * @param format a module, or a script that sets `millrace`
 */
export async function bundleModel(format: 'esm' | 'iife'): Promise<string> {
  const input = path('browser/browserModel.ts');
  const bundle = await rolldown({ input, platform: 'browser', plugins: [plugin], logLevel: 'warn' });
  const { output } = await bundle.generate({ format, minify: true, ...(format === 'iife' && { name: 'millrace' }) });
  await bundle.close();
  return output[0].code;
}

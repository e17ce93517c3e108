import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, realpathSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { type Summary, version } from '../../src/index.ts';
import { pipelineFile } from '../cli/pipelineFile.ts';
import { codeBlocks } from '../docs/pages.ts';
import { entryPoints } from '../entryPoints.ts';

const onWindows = process.platform === 'win32';

/** What npm tells its own children would turn the npm below towards this checkout. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.toLowerCase().startsWith('npm_')));

function run(command: string, args: readonly string[], cwd: string): SpawnSyncReturns<string> {
  return spawnSync(command, args, { cwd, env, encoding: 'utf8', shell: onWindows && command !== process.execPath });
}

function runWell(t: ExecutionContext, command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = run(command, args, cwd);
  t.is(status, 0, `${command} ${args.join(' ')}\n${stdout}\n${stderr}`);
  return stdout;
}

/** The Node.js of the test, and the others that the machine has. */
function runtimes(): string[] {
  const found = (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, onWindows ? 'node.exe' : 'node'))
    .filter(existsSync)
    .map((path) => realpathSync(path));
  const byVersion = new Map(
    [process.execPath, ...found].map((path) => [run(path, ['--version'], '.').stdout.trim(), path]),
  );
  return [...byVersion].filter(([name]) => Number(name.slice(1).split('.')[0]) >= 24).map(([, path]) => path);
}

const program = `
import { definePipeline, parquet, train, version } from 'millrace';
import pipeline from './pipeline.js';

const twice = definePipeline({ ...pipeline, epochs: 2 });
const { epochs, directory } = await train(twice, { directory: 'by-program' });
const metrics = parquet(directory + '/metrics.parquet');
console.log(JSON.stringify({ version, epochs, metrics: await metrics.rows() }));
`;

const typed = `
import { definePipeline, dense, memory, numeric, type Pipeline, type Sink, type Summary, train } from 'millrace';
import { adam, meanSquaredError, regression } from 'millrace';

const counting: Sink = { name: 'counting', onError: 'log', open: (run) => ({ write: (event) => void [run.name, event.step], close() {} }) };
const pipeline: Pipeline = definePipeline({
  name: 'typed',
  source: memory([{ x: 1, y: 2 }]),
  features: { x: numeric({ missing: 'mean' }) },
  target: regression('y'),
  batch: 1,
  network: [dense(1)],
  loss: meanSquaredError(),
  optimizer: adam({ learningRate: 0.1 }),
  sinks: [counting],
});
const { rows }: Summary = await train(pipeline, { directory: 'out', engine: 'wasm' });
export const count: number = rows;
// @ts-expect-error there is no such engine
await train(pipeline, { directory: 'out', engine: 'gpu' });
// @ts-expect-error a pipeline has a batch
definePipeline({ ...pipeline, batch: undefined });
`;

const tsconfig = {
  compilerOptions: { module: 'nodenext', target: 'es2024', strict: true, noEmit: true, types: ['node'] },
  include: ['*.ts'],
};

const folder = mkdtempSync(join(tmpdir(), 'millrace-package-'));
test.after.always(() => rm(folder, { recursive: true }));

let project: string | undefined;

/** One project for all: a second build at the same time would take the first one's files away. */
test.before('the package is built, packed and installed into an empty project', async (t) => {
  t.timeout(300_000);
  runWell(t, 'npm', ['run', 'build'], '.');
  const [packed] = JSON.parse(
    runWell(t, 'npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], '.'),
  );
  const paths: readonly string[] = packed.files.map(({ path }: { path: string }) => path);
  for (const path of [
    'package.json',
    'README.md',
    'LICENSE',
    'dist/index.js',
    'dist/index.d.ts',
    'dist/extend.js',
    'dist/laws.js',
    'dist/laws/layerLaws.d.ts',
    'dist/cli/main.js',
    'dist/browser/model.js',
    'dist/source/parquet/parquetWorker.js',
    'dist/engine/wasm/kernels-strict.wasm',
    'dist/engine/wasm/kernels-relaxed.wasm',
  ]) {
    t.true(paths.includes(path), path);
  }
  const strange = paths.filter((path) => !/^dist\/.*\.(js|d\.ts|wasm)$|^(package\.json|[A-Z]+(\.md)?)$/.test(path));
  t.deepEqual(strange, []);
  t.deepEqual(
    paths.filter((path) => /assembly|wasm\/build/.test(path)),
    [],
  );

  const empty = join(folder, 'project');
  await mkdir(empty);
  await writeFile(join(empty, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const options = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
  const install = run('npm', ['install', ...options, join(folder, packed.filename)], empty);
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH/.test(install.stderr)) {
    t.log('skipped: the registry cannot be reached');
    return;
  }
  t.is(install.status, 0, install.stderr);
  project = empty;
});

test('the package trains in an empty project, and has types', async (t) => {
  t.timeout(300_000);
  if (!project) return void t.pass('skipped: nothing is installed');
  await pipelineFile(project, {
    file: 'pipeline.js',
    from: 'millrace',
    options: { sinks: '[checkpoint(), parquetMetrics()]' },
  });
  await writeFile(join(project, 'program.js'), program);
  await writeFile(join(project, 'typed.ts'), typed);
  // Members as users make them, from the package alone.
  for (const { language, title, code, line } of codeBlocks('docs/extending.md')) {
    if (language === 'ts') await writeFile(join(project, title ?? `extending${line}.ts`), code);
  }
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify(tsconfig));

  const tried = runtimes();
  for (const [i, node] of tried.entries()) {
    const bin = join('node_modules', 'millrace', 'dist', 'cli', 'main.js');
    const summary: Summary = JSON.parse(
      runWell(t, node, [bin, 'train', 'pipeline.js', '--json', '--out', `by-bin-${i}`], project),
    );
    t.like(summary, { outcome: 'completed', epochs: 1 });
    const evaluated = JSON.parse(runWell(t, node, [bin, 'evaluate', `${summary.checkpoint}`, '--json'], project));
    t.deepEqual(evaluated.metrics, summary.validation);
  }
  t.log(`trained with ${tried.map((node) => run(node, ['--version'], '.').stdout.trim()).join(', ')}`);
  t.like(JSON.parse(runWell(t, process.execPath, ['program.js'], project)), { version, epochs: 2 });
  t.is(runWell(t, 'npx', ['millrace', '--version'], project).trim(), version);

  // The package's own types are checked too: skipLibCheck is off.
  const tsc = join(process.cwd(), 'node_modules', '.bin', 'tsc');
  runWell(t, tsc, ['-p', project], '.');
});

/** Modules that each entry point may load, all packages counted; and the time, in multiples of what Node itself takes to start. */
const bounds: Readonly<Record<string, { readonly modules: number; readonly starts: number }>> = {
  millrace: { modules: 950, starts: 30 },
  'millrace/operators': { modules: 800, starts: 30 },
  'millrace/jobs': { modules: 280, starts: 15 },
  'millrace/model': { modules: 450, starts: 20 },
  'millrace/explain': { modules: 480, starts: 20 },
  'millrace/serve': { modules: 480, starts: 20 },
  'millrace/exchange': { modules: 380, starts: 20 },
  'millrace/extend': { modules: 230, starts: 15 },
  'millrace/laws': { modules: 500, starts: 20 },
};

const count = `
import { registerHooks } from 'node:module';
let modules = 0;
registerHooks({
  load(url, context, next) {
    modules++;
    return next(url, context);
  },
});
if (process.argv[2]) await import(process.argv[2]);
const { userCPUTime, systemCPUTime } = process.resourceUsage();
console.log(JSON.stringify({ modules, ms: (userCPUTime + systemCPUTime) / 1000 }));
`;

test('an entry point that is imported alone loads no more modules, and takes no longer, than it may', async (t) => {
  if (!project) return void t.pass('skipped: nothing is installed');
  const cwd = project;
  await writeFile(join(cwd, 'count.mjs'), count);
  /** What a fresh process of Node takes to import a module, nothing for none. */
  const imported = (...url: string[]): { readonly modules: number; readonly ms: number } =>
    JSON.parse(runWell(t, process.execPath, ['count.mjs', ...url], cwd));
  t.deepEqual(Object.keys(bounds).sort(), [...entryPoints.keys()].sort());
  for (const [name, source] of entryPoints) {
    const file = source.replace(/^src/, 'dist').replace(/\.ts$/, '.js');
    const url = pathToFileURL(join(cwd, 'node_modules', 'millrace', file)).href;
    const tries = Array.from({ length: 3 }, () => [imported(), imported(url)] as const);
    const modules = tries[0]![1].modules;
    // In turns, and the best of three: a busy machine slows both.
    const starts = Math.min(...tries.map(([bare, own]) => own.ms / bare.ms));
    t.log(`${name}: ${modules} modules, ${starts.toFixed(1)} times as long as Node alone`);
    t.true(modules <= bounds[name]!.modules, `${name}: ${modules} modules`);
    t.true(starts <= bounds[name]!.starts, `${name}: ${starts}`);
  }
});

import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type Summary, version } from '../../src/index.ts';
import { pipelineFile } from '../cli/pipelineFile.ts';
import { temporaryFolder } from '../pipeline/run.ts';

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
  return [...byVersion].filter(([name]) => Number(name.slice(1).split('.')[0]) >= 20).map(([, path]) => path);
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
  files: ['typed.ts'],
};

test('the package is installed into an empty project, trains there, and has types', async (t) => {
  t.timeout(300_000);
  const folder = await temporaryFolder(t);
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
    'dist/cli/main.js',
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

  const project = join(folder, 'project');
  await mkdir(project);
  await writeFile(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const options = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
  const install = run('npm', ['install', ...options, join(folder, packed.filename)], project);
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH/.test(install.stderr)) {
    t.log('skipped: the registry cannot be reached');
    return;
  }
  t.is(install.status, 0, install.stderr);

  await pipelineFile(project, {
    file: 'pipeline.js',
    from: 'millrace',
    options: { sinks: '[checkpoint(), parquetMetrics()]' },
  });
  await writeFile(join(project, 'program.js'), program);
  await writeFile(join(project, 'typed.ts'), typed);
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

import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import type { Pipeline } from '../src/index.ts';
import { version } from '../src/version.ts';
import { millrace } from './entryPoints.ts';
import { millrace as command, temporaryFolder } from './pipeline/run.ts';

/** What a file that declares a job, or its pipeline, says after its imports. */
const declaration = (what: 'pipeline' | 'job') => `
const pipeline = definePipeline({
  name: 'tiny', source: memory([{ x: 1, y: 0 }]), features: { x: numeric() }, target: regression('y'), batch: 1,
  network: [dense(1)], loss: meanSquaredError(), optimizer: adam({ learningRate: 0.1 }) });
export default ${what === 'job' ? `defineJob({ name: 'tiny', pipeline, schedule: manual(), checks: [] })` : 'pipeline'};
`;

test('what another copy of Millrace has made is refused, by name, version and folder', async (t) => {
  const folder = await temporaryFolder(t);
  const other = join(folder, 'src');
  await mkdir(other);
  await cp('src', other, { recursive: true });
  await cp('package.json', join(folder, 'package.json'));
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
  const write = async (what: 'pipeline' | 'job') => {
    const path = join(folder, `${what}.mjs`);
    const names = 'adam, definePipeline, dense, memory, numeric, regression, meanSquaredError';
    await writeFile(
      path,
      `import { ${names} } from './src/index.ts';\nimport { defineJob, manual } from './src/jobs.ts';\n${declaration(what)}`,
    );
    return path;
  };
  const [pipelineFile, jobFile] = [await write('pipeline'), await write('job')];
  const foreign: Pipeline = (await import(pathToFileURL(pipelineFile).href)).default;

  const by = (root: string) => `made by Millrace ${version} in ${root}/`;
  const complaint = `expected a declaration ${by(resolve('src'))}, got one ${by(other)}. Two copies do not work together`;
  const refused = async (where: string, use: () => unknown) => {
    const error = await t.throwsAsync(async () => use(), { instanceOf: millrace.OptionError }, where);
    t.true(error?.message.startsWith(`${where}: ${complaint}`), error?.message);
  };
  await refused('train: pipeline', () => millrace.train(foreign, { directory: join(folder, 'run') }));
  await refused('describe: pipeline', () => millrace.describe(foreign));
  await refused('loadTrained: pipeline', () => millrace.loadTrained('none.safetensors', foreign));
  await refused('definePipeline: options', () => millrace.definePipeline({ ...foreign, batch: 2 }));
  await refused('defineJob: pipeline', () =>
    millrace.defineJob({ name: 'tiny', pipeline: foreign, schedule: millrace.manual(), checks: [] }),
  );

  const home = join(folder, 'home');
  for (const [where, args] of [
    [`pipeline ${pipelineFile}`, ['train', pipelineFile]],
    [`pipeline ${jobFile}`, ['describe', jobFile]],
    [`job ${jobFile}`, ['schedule', jobFile, '--home', home]],
  ] as const) {
    const { code, stdout, stderr } = await command(args);
    t.deepEqual([code, stdout], [1, ''], stderr);
    t.true(stderr.includes(`${where}: ${complaint}`), stderr);
  }
});

import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { exportModel } from '../../src/exchange.ts';
import { activation } from '../../src/extend.ts';
import {
  concatenate,
  dayOfWeek,
  dense,
  derive,
  embedding,
  equals,
  lower,
  numeric,
  oneHot,
  type PipelineOptions,
  vector,
} from '../../src/index.ts';
import { loadModel, type ModelRow, type Prediction } from '../../src/model.ts';
import { temporaryFolder } from '../pipeline/run.ts';
import { everyFeature, layers, madeRows, one, price, targets, trained } from './everyKind.ts';

const rows = madeRows(400, true);

/** The generated file of a model. */
interface Generated {
  readonly path: string;
  readonly predict: (row: ModelRow) => Prediction;
}

async function generated(t: ExecutionContext, directory: string, options: object = {}): Promise<Generated> {
  const path = join(await temporaryFolder(t), 'model.ts');
  await exportModel(directory, path, options);
  const { predict } = await import(pathToFileURL(path).href);
  return { path, predict };
}

const compilerOptions = {
  target: 'es2022',
  lib: ['es2022'],
  module: 'esnext',
  strict: true,
  noUncheckedIndexedAccess: true,
  noUnusedLocals: true,
  noImplicitReturns: true,
  exactOptionalPropertyTypes: true,
  types: [],
  noEmit: true,
};

/** Holds files to the strictest settings, without the library of a browser or of Node. */
async function compile(t: ExecutionContext, paths: readonly string[]): Promise<void> {
  const project = join(await temporaryFolder(t), 'tsconfig.json');
  await writeFile(project, JSON.stringify({ compilerOptions, files: paths }));
  const { status, stdout } = spawnSync('node_modules/.bin/tsc', ['-p', project], { encoding: 'utf8' });
  t.is(status, 0, stdout.slice(0, 2000));
}

/** Compares what the file and the engines say of each row: that of float64 to the last bit, that of float32 as far as float32 goes. */
async function compare(t: ExecutionContext, directory: string, { predict }: Generated): Promise<void> {
  const [exact, fast] = await Promise.all([loadModel(directory, { engine: 'reference' }), loadModel(directory)]);
  t.teardown(() => exact.close());
  t.teardown(() => fast.close());
  let refused = 0;
  for (const [i, row] of rows.entries()) {
    let own: Prediction;
    try {
      own = predict(row);
    } catch (error) {
      refused++;
      t.true(error instanceof RangeError, `${error}`);
      t.throws(() => exact.predictRow(row), { name: 'DataError' }, `row ${i}`);
      continue;
    }
    const { missing: _, unseen: __, ...expected } = exact.predictRow(row);
    t.deepEqual(own, expected, `row ${i}`);
    const p = own.probability ?? own.probabilities?.a ?? Number(own.predicted);
    const q = fast.predictRow(row);
    const near = q.probability ?? q.probabilities?.a ?? Number(q.predicted);
    t.true(Math.abs(p - near) <= 1e-5 * Math.max(Math.abs(near), exact.schema.target.deviation ?? 1), `${p}, ${near}`);
  }
  t.true(refused > 0 && refused < rows.length / 4, `${refused}`);
}

/** One network of all: they are told apart by the last bit. */
const everyLayer = Object.values(layers).flatMap((network) => [...network, dense(4)]);

const pipelines: Readonly<Record<string, PipelineOptions>> = {
  'every layer': { ...price, network: [...everyLayer, dense(1)] },
  ...Object.fromEntries(
    Object.entries(targets).map(([name, options]) => [
      name,
      { ...everyFeature, ...options, ...(options.target.kind !== 'regression' && { calibrate: 'platt' as const }) },
    ]),
  ),
  'texts that are put together': {
    ...price,
    network: one,
    derive: [
      concatenate(['color', 'city'], { separator: '\n"' }),
      lower('sure', { as: 'quiet' }),
      equals('quiet', 'grün', { as: 'isGreen' }),
    ],
    features: { colorCity: oneHot({ missing: 'category' }), isGreen: numeric(), area: numeric({ missing: 'error' }) },
  },
  'classes, with a temperature': { ...everyFeature, ...targets['classes of texts']!, calibrate: 'temperature' },
  'two classes, with a curve': {
    ...everyFeature,
    ...targets['true or false']!,
    derive: [],
    features: { size: numeric(), area: numeric({ missing: 'error' }), spots: vector(2, { missing: 'mean' }) },
    epochs: 8,
    calibrate: 'isotonic',
    threshold: 0.4,
  },
};

test('every layer, feature and target is a file without imports that compiles, and gives the bits of the float64 engine', async (t) => {
  const paths: string[] = [];
  for (const [name, options] of Object.entries(pipelines)) {
    const directory = await trained(t, options);
    const file = await generated(t, directory);
    paths.push(file.path);
    await compare(t, directory, file);
    t.log(name);
  }
  await compile(t, paths);
});

test('a function of the pipeline is refused by its name, and its column goes in with the features', async (t) => {
  const squared = derive('squared', ['depth'], (depth: number) => depth * depth);
  const directory = await trained(t, {
    ...price,
    derive: [dayOfWeek('at'), squared],
    features: { squared: numeric(), weekday: oneHot(), city: embedding(2) },
    network: one,
  });
  await t.throwsAsync(exportModel(directory, 'ts'), {
    name: 'OptionError',
    message:
      /the derivation of squared: expected one that TypeScript without imports can express, got a function of depth\. With .*--from features/,
  });
  const { predict } = await generated(t, directory, { from: 'features' });
  const model = await loadModel(directory, { derive: [squared], engine: 'reference' });
  t.teardown(() => model.close());
  const { predicted } = model.predictRow({ depth: 0.5, at: new Date('2026-07-29'), city: 'city 1' });
  t.deepEqual(predict({ squared: 0.25, weekday: 2, city: 'city 1' }), { predicted });
  t.throws(() => predict({ squared: '0.25', weekday: 2, city: 'city 1' }), {
    instanceOf: TypeError,
    message: /squared: a value of another kind, 0\.25/,
  });
  await t.throwsAsync(exportModel(directory, 'ts', { from: 'encoded' }), {
    name: 'OptionError',
    message: /from: expected none: it is not of TypeScript/,
  });
});

test('what is too large, and a layer of your own, are refused', async (t) => {
  const large = await trained(t, { ...price, epochs: 1, network: [dense(3000), dense(100), dense(1)] });
  await t.throwsAsync(exportModel(large, 'ts'), {
    name: 'OptionError',
    message: /expected at most 200000 parameters, for one file of TypeScript, got more\. Export it as \.onnx/,
  });
  const own = activation({ kind: 'own', f: (z) => z, derivative: () => 1 });
  await t.throwsAsync(exportModel(await trained(t, { ...price, network: [own, dense(1)] }), 'ts'), {
    name: 'OptionError',
    message: /layer 1\.own: expected a layer of Millrace, got own, a layer of your own/,
  });
});

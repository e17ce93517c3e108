import { readdirSync, readFileSync } from 'node:fs';
import test from 'ava';

/** The folders whose members obey laws, the suite that states them, and the files there that are no members. */
const rooms = [
  { folder: 'network/layers', laws: 'layerLaws', others: [] },
  { folder: 'network/initializers', laws: 'initializerLaws', others: ['scaled', 'defaultInitializer'] },
  { folder: 'loss', laws: 'lossLaws', others: ['loss', 'checkOutputs', 'pointwise', 'checkLossOption', 'sigmoidOf'] },
  {
    folder: 'optimizer',
    laws: 'optimizerLaws',
    others: ['optimizer', 'checkOptions', 'defineOptimizer', 'learningRate', 'movingAverage', 'penalties'],
  },
  {
    folder: 'optimizer/schedules',
    laws: 'scheduleLaws',
    others: ['schedule', 'plateau', 'metricMode'],
  },
  { folder: 'optimizer/gradient', laws: 'gradientTransformLaws', others: ['gradientTransform'] },
];

for (const { folder, laws, others } of rooms) {
  const members = readdirSync(new URL(`../../src/${folder}/`, import.meta.url))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -3))
    .filter((name) => !(others as string[]).includes(name));

  test(`${folder}: each member's test calls ${laws}`, (t) => {
    t.true(members.length > 0);
    for (const name of members) {
      const text = readFileSync(new URL(`../${folder}/${name}.test.ts`, import.meta.url), 'utf8');
      t.regex(text, new RegExp(`^${laws}\\(`, 'm'), name);
    }
  });

  test(`${folder}: each member exports a function of its name`, async (t) => {
    for (const name of members) {
      const exports: Record<string, unknown> = await import(`../../src/${folder}/${name}.ts`);
      t.is(typeof exports[name], 'function', name);
    }
  });
}

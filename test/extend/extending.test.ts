import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { TimestampMillisecond, vectorFromArray } from 'apache-arrow';
import test from 'ava';
import type * as extend from '../../src/extend.ts';
import {
  derivationLaws,
  layerLaws,
  lossLaws,
  metricLaws,
  optimizerLaws,
  scheduleLaws,
  sourceLaws,
} from '../../src/laws.ts';
import { numeric } from '../../src/preprocess/declare/numeric.ts';
import { regression } from '../../src/preprocess/declare/regression.ts';
import { createFitter } from '../../src/preprocess/fit/fitter.ts';
import { codeBlocks } from '../docs/pages.ts';
import { entryPoints } from '../entryPoints.ts';
import { holdTo } from '../holdTo.ts';
import { batchOf } from '../preprocess/batchOf.ts';

/** Each example of the page by the name that it exports, and the most lines that it may have without its imports. */
const examples = {
  hardTanh: 10,
  logCosh: 6,
  withinTen: 6,
  halve: 30,
  signum: 25,
  inverseRoot: 6,
  sine: 25,
  postScores: 15,
  minuteOfHour: 6,
  symmetric: 6,
  everyDays: 12,
  enoughRows: 10,
} as const;

type Name = keyof typeof examples;

const blocks = codeBlocks('docs/extending.md').filter(({ language }) => language === 'ts');
const codeOf = (name: Name) =>
  blocks.find(({ code }) => new RegExp(`^export (const|function) ${name}\\b`, 'm').test(code))?.code ?? '';

// Within the project, where its dependencies are found.
mkdirSync('build', { recursive: true });
const folder = mkdtempSync('build/extend-');
test.after.always(() => rmSync(folder, { recursive: true }));

/** What an example exports, its imports turned to the sources. */
async function made<T>(name: Name): Promise<T> {
  const code = codeOf(name).replace(
    / from '(millrace[^']*)'/g,
    (_, from) => ` from '${pathToFileURL(resolve(`${entryPoints.get(from)}`))}'`,
  );
  const path = join(folder, `${name}.ts`);
  writeFileSync(path, code);
  return (await import(pathToFileURL(resolve(path)).href))[name];
}

for (const [name, most] of Object.entries(examples) as [Name, number][]) {
  test(`${name} has at most ${most} lines`, (t) => {
    const lines = codeOf(name)
      .split('\n')
      .filter((line) => line !== '' && !/^(import |\/\*\*|const \{ parts|console)/.test(line));
    t.true(lines.length > 0, 'it is in docs/extending.md');
    t.true(lines.length <= most, `${lines.length}`);
  });
}

const hardTanh = await made<() => extend.Layer>('hardTanh');
const halve = await made<() => extend.Layer>('halve');
const logCosh = await made<extend.Loss>('logCosh');
const withinTen = await made<extend.Metric>('withinTen');
const signum = await made<(options: { learningRate: number | extend.Schedule }) => extend.Optimizer>('signum');
const inverseRoot = await made<(learningRate: number) => extend.Schedule>('inverseRoot');
const sine = await made<(count: number) => extend.Source>('sine');
const minuteOfHour = await made<(column: string) => extend.Derivation>('minuteOfHour');
const symmetric = await made<extend.Scaling>('symmetric');
const everyDays = await made<(days: number) => extend.JobSchedule>('everyDays');
const enoughRows = await made<extend.Check>('enoughRows');

holdTo(test, layerLaws('hardTanh', hardTanh));
holdTo(test, layerLaws('halve', halve));
holdTo(
  test,
  // At 1e30 the hyperbolic cosine of the example is infinite.
  lossLaws(logCosh, { outputs: 1, targets: [0.5, -3] }).filter(({ name }) => !name.includes('finite at')),
);
const y = Float64Array.from({ length: 60 }, (_, i) => i);
const p = y.map((value, i) => value + 12 * Math.sin(i));
holdTo(test, metricLaws(withinTen, { outputs: 1, p, y }));
holdTo(
  test,
  optimizerLaws('signum', (learningRate) => signum({ learningRate }), 0.005),
);
holdTo(
  test,
  scheduleLaws(() => inverseRoot(0.1), 0.1),
);
holdTo(
  test,
  sourceLaws('sine', () => sine(250)),
);
const times = vectorFromArray([0, 3_599_999, null, 951_868_860_000], new TimestampMillisecond());
holdTo(
  test,
  derivationLaws('minuteOfHour', () => minuteOfHour('date'), batchOf({ date: times }).records),
);

test('minuteOfHour takes the minute', (t) => {
  const { records } = batchOf({ date: times });
  t.deepEqual([...(minuteOfHour('date').apply(records).getChild('minute') ?? [])], [0, 59, null, 1]);
});

test('symmetric scales to -1 and 1, and is in the description of the feature', (t) => {
  const features = { x: numeric({ scale: symmetric }) };
  t.deepEqual(JSON.parse(JSON.stringify(features)), {
    x: { kind: 'numeric', scale: { name: 'symmetric' }, missing: 'mean' },
  });
  const fitter = createFitter({ features, target: regression('y') });
  fitter.add(batchOf({ x: [2, 3, 10], y: [1, 2, 3] }));
  t.like(fitter.finish().state, { features: [{ shift: 6, scale: 4 }] });
  const wrong = { name: 'wrong', fit: () => ({ shift: Number.NaN, scale: 1 }) };
  const other = createFitter({ features: { x: numeric({ scale: wrong }) }, target: regression('y') });
  other.add(batchOf({ x: [2, 3, 10], y: [1, 2, 3] }));
  t.throws(() => other.finish(), {
    name: 'OptionError',
    message: /scaling wrong: expected a finite shift and a finite scale of at least 0, got shift NaN and scale 1/,
  });
});

test('everyDays is due at midnight, and enoughRows judges', (t) => {
  t.deepEqual([...everyDays(2).dueTimes(0, 400_000_000)], [172_800_000, 345_600_000]);
  const scores = { metrics: {}, slices: {} };
  t.deepEqual(
    [999, 1000].map((rows) => enoughRows.judge({ ...scores, rows }, undefined).passed),
    [false, true],
  );
});

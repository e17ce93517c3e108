/**
 * Trains a contestant of Millrace on a table as a newcomer does, by what `init` writes, and writes what it predicts for the test rows.
 *
 *   node test/bench/tables/millrace.ts FOLDER VARIANT
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { csv, type Pipeline, train } from '../../../src/index.ts';
import { inspectPlace } from '../../../src/inspect/inspectPlace.ts';
import { pipelineText } from '../../../src/inspect/pipelineText.ts';
import { loadModel } from '../../../src/model.ts';
import { variants } from './variants.ts';

const [folder, variant] = process.argv.slice(2);
const { signal } = new AbortController();
const trainFile = resolve(folder, 'train.csv');
const { inspection, place } = await inspectPlace(trainFile, { target: 'target', format: undefined, given: {}, signal });
const name = `${variant}-pipeline`;
const file = resolve(folder, `${name}.ts`);
const written = variants[variant](pipelineText(inspection, place, { file, name }));
const sinks = 'sinks: [checkpoint()]';
writeFileSync(
  file,
  written
    .replace("from 'millrace'", `from '${pathToFileURL(resolve('src/index.ts'))}'`)
    .replace(/sinks: \[.*\]/, sinks),
);
const pipeline = ((await import(file)) as { default: Pipeline }).default;
const directory = resolve(folder, `${variant}-run`);
rmSync(directory, { recursive: true, force: true });

const begin = performance.now();
const summary = await train(pipeline, { directory, signal } as Parameters<typeof train>[1]);
const middle = performance.now();
const model = await loadModel(directory, { pipeline, tell() {} });
const predictions: (number | string)[] = [];
const { task } = inspection.target;
const options = Object.keys(place.options).length > 0 ? place.options : {};
for await (const batch of model.predict(csv(resolve(folder, 'test.csv'), options))) {
  const column = batch.getChild(task === 'binary' ? 'probability' : 'predicted')!;
  for (const value of column) predictions.push(value);
}
const end = performance.now();
writeFileSync(
  join(folder, `${variant}.json`),
  JSON.stringify({
    seconds: (middle - begin) / 1e3,
    predictSeconds: (end - middle) / 1e3,
    predictions,
    epochs: summary.epochs,
  }),
);
rmSync(directory, { recursive: true, force: true });

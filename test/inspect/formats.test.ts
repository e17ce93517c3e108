import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tableFromArrays, tableToIPC } from 'apache-arrow';
import test, { type ExecutionContext } from 'ava';
import { renderInspection } from '../../src/cli/renderInspection.ts';
import { train } from '../../src/index.ts';
import { inspectPlace } from '../../src/inspect/inspectPlace.ts';
import { pipelineText } from '../../src/inspect/pipelineText.ts';
import { temporaryFolder } from '../pipeline/run.ts';

const front = new URL('../../src/index.ts', import.meta.url).href;
const shared = '../shared/data';

/** Looks at a place, and trains what is written for it. */
async function trained(t: ExecutionContext, place: string, target: string, epochs: number) {
  const found = await inspectPlace(place, { target });
  const file = join(await temporaryFolder(t), 'model.ts');
  const text = pipelineText(found.inspection, found.place, { file, name: 'model' });
  writeFileSync(file, text.replace("from 'millrace'", `from '${front}'`));
  const { default: pipeline } = await import(file);
  const summary = await train({ ...pipeline, epochs, sinks: [] }, { directory: await temporaryFolder(t) });
  return { ...found, text, summary };
}

const rows = Array.from({ length: 300 }, (_, i) => ({
  a: (i * 37) % 101,
  day: i % 7,
  y: ((i * 37) % 101) * 2.5 + (i % 7),
}));

test('lines of JSON, Arrow files and folders of CSV are looked at as well', async (t) => {
  const folder = await temporaryFolder(t);
  const lines = join(folder, 'rows.ndjson');
  writeFileSync(lines, rows.map((row) => JSON.stringify(row)).join('\n'));
  const arrow = join(folder, 'rows.arrow');
  const column = (name: 'a' | 'day' | 'y') => Float64Array.from(rows, (row) => row[name]);
  writeFileSync(arrow, tableToIPC(tableFromArrays({ a: column('a'), day: column('day'), y: column('y') }), 'file'));
  const many = join(folder, 'many');
  mkdirSync(many);
  for (const part of [0, 1]) {
    const half = rows.slice(150 * part, 150 * part + 150).map(({ a, day, y }) => `${a};${day};${y}`);
    writeFileSync(join(many, `${part}.csv`), ['a;day;y', ...half].join('\n'));
  }
  for (const [place, source] of [
    [lines, /source: jsonLines\('/],
    [arrow, /source: arrowIpc\('/],
    [many, /source: files\('[^']*', \(path\) => csv\(path, \{ delimiter: ';' \}\)\)/],
  ] as const) {
    const { inspection, text, summary } = await trained(t, place, 'y', 3);
    t.is(inspection.rows, 300);
    t.is(inspection.target.task, 'regression');
    t.regex(text, source);
    t.is(summary.outcome, 'completed');
  }
});

test('what was seen fits a hundred columns, however long names are', async (t) => {
  const path = join(await temporaryFolder(t), 'wide.csv');
  const name = 'a name that nobody would call short, '.repeat(4);
  const cells = rows.map(({ a, y }) => `word ${'and another '.repeat(20)}${a % 9},${y > 100}`);
  writeFileSync(path, [`"${name}",y`, ...cells].join('\n'));
  const { inspection } = await inspectPlace(path, { target: 'y' });
  const table = renderInspection({ ...inspection, source: 'csv wide.csv' });
  for (const line of table.split('\n')) t.true(line.length <= 100 || line.startsWith('!'), line);
});

for (const [place, target, epochs, metric] of [
  ['german-credit/german.csv', 'column20', 5, 'auc'],
  ['breast-cancer/breast_cancer.csv', 'column30', 5, 'auc'],
  ['phoneme/phoneme.csv', 'column5', 3, 'auc'],
  ['bike-sharing/hour.csv', 'cnt', 1, 'r2'],
] as const) {
  const path = join(shared, place);
  (existsSync(path) ? test : test.skip)(
    `${place}: better than a constant, without an edit (needs ${shared})`,
    async (t) => {
      const { summary } = await trained(t, path, target, epochs);
      t.true(summary.validation![metric]! > summary.baseline![metric]! + 0.15, JSON.stringify(summary.validation));
    },
  );
}

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { csv, train } from '../../src/index.ts';
import { inspectPlace, type PlaceOptions } from '../../src/inspect/inspectPlace.ts';
import { pipelineText } from '../../src/inspect/pipelineText.ts';
import { temporaryFolder } from '../pipeline/run.ts';

const front = new URL('../../src/index.ts', import.meta.url).href;

/** Fractional parts of multiples: numbers in [0, 1) that look like chance. */
const golden = (i: number) => ((i + 1) * 0.6180339887498949) % 1;
const plastic = (i: number) => ((i + 1) * 0.7548776662466927) % 1;
const third = (i: number) => ((i + 1) * 0.4142135623730951) % 1;

/** Semicolons, a byte order mark, dates, decimal commas, words for missing values, an id, a leak, and 3 % positives. */
function messy(rows: number): string {
  const names = [
    ...['"kunden id"', 'konto', 'angemeldet am', 'betrag', 'alter', '"größe; ort"', 'artikel'],
    ...['status', 'leer', 'waehrung', '__proto__', 'betrag', 'churned'],
  ];
  const lines = Array.from({ length: rows }, (_, i) => {
    const churned = plastic(i) > 0.94 && golden(i) > 0.5;
    const day = new Date(Date.UTC(2019, 0, 1 + Math.floor(1500 * golden(i)))).toISOString().slice(0, 10);
    return [
      `C-${100_000 + i}`,
      2n ** 53n + 1n + BigInt(i),
      day.split('-').reverse().join('.'),
      i % 17 === 3 ? 'n/a' : (1000 * plastic(i)).toFixed(2).replace('.', ','),
      i % 11 === 0 ? '-' : Math.floor(90 * third(i)),
      ['Köln', 'Aachen', '"Bad ""Ems""; Nassau"'][i % 3],
      `sku${Math.floor(5000 * third(i))}`,
      churned ? 'closed' : ['active', 'paused'][i % 2],
      '',
      'EUR',
      i % 7,
      i % 5 === 0 ? '?' : (1000 * golden(i)).toFixed(1).replace('.', ','),
      churned ? 'yes' : 'no',
    ].join(';');
  });
  return `\ufeff${[names.join(';'), ...lines].join('\r\n')}\r\n`;
}

async function inspected(t: ExecutionContext, text: string, options: PlaceOptions) {
  const path = join(await temporaryFolder(t), 'data.csv');
  writeFileSync(path, text);
  return { path, ...(await inspectPlace(path, options)) };
}

const written: string[] = [];

function textOf({ inspection, place }: Awaited<ReturnType<typeof inspectPlace>>): string {
  const text = pipelineText(inspection, place, { file: 'model.ts', name: 'model' });
  written.push(text);
  return text;
}

test('what is in a messy file is told, and what stays out of the network, with why', async (t) => {
  const { inspection, place, ...found } = await inspected(t, messy(15_000), { target: 'churned' });
  t.deepEqual(place.options.nulls, ['', 'n/a', '-', '?']);
  t.like(place.options, { delimiter: ';', decimal: ',', header: true });
  const roles = Object.fromEntries(inspection.columns.map(({ name, kind, role }) => [name, `${kind}: ${role}`]));
  t.deepEqual(roles, {
    'kunden id': 'texts: id',
    konto: 'categories: id',
    'angemeldet am': 'dates: feature',
    betrag: 'numbers: feature',
    alter: 'integers: feature',
    'größe; ort': 'categories: feature',
    artikel: 'categories: feature',
    status: 'categories: leak',
    leer: 'nothing: empty',
    waehrung: 'categories: constant',
    proto: 'integers: feature',
    betrag_2: 'numbers: feature',
    churned: 'categories: target',
  });
  t.like(inspection.target, { task: 'binary', positive: 'yes' });
  t.is(inspection.columns.find(({ name }) => name === 'artikel')?.different, 5000);
  const text = textOf({ inspection, place });
  t.regex(text, /target: binary\('churned', \{ positive: 'yes' \}\)/);
  t.regex(text, /threshold: 'f1'/);
  t.regex(text, /artikel: embedding\(16/);
  const file = `${found.path}.ts`;
  writeFileSync(file, text.replace("from 'millrace'", `from '${front}'`));
  const { default: pipeline } = await import(file);
  const directory = await temporaryFolder(t);
  const { validation } = await train({ ...pipeline, epochs: 2 }, { directory });
  t.true(validation!.auc > 0.9);
});

test('a date that is none ends training with its row and what was expected', async (t) => {
  const { path, ...found } = await inspected(t, messy(900), { target: 'churned' });
  const file = `${path}.ts`;
  writeFileSync(file, textOf(found).replace("from 'millrace'", `from '${front}'`));
  const lines = readFileSync(path, 'utf8').split('\r\n');
  const day = lines[251]!.split(';')[2]!;
  writeFileSync(path, lines.with(251, lines[251]!.replace(day, '31.13.2020')).join('\r\n'));
  const { default: pipeline } = await import(file);
  const error = await t.throwsAsync(train(pipeline, { directory: await temporaryFolder(t) }), { name: 'DataError' });
  t.regex(error!.message, /row 250\b.*expected a date like d\.m\.y, got 31\.13\.2020/);
});

test('a word after the sample, in a column of numbers, ends training with its row and what to change', async (t) => {
  const rows = Array.from({ length: 400 }, (_, i) => `${i % 9},${golden(i).toFixed(3)},${(i % 9) + golden(i)}`);
  const text = ['a,b,y', ...rows.with(390, '3,none here,4'), ''].join('\n');
  const { path, ...found } = await inspected(t, text, { target: 'y', rows: 300, scan: 300 });
  t.false(found.inspection.isWhole);
  t.regex(found.inspection.notes.join(), /other rows were not looked at/);
  const file = `${path}.ts`;
  writeFileSync(file, textOf(found).replace("from 'millrace'", `from '${front}'`));
  const { default: pipeline } = await import(file);
  const error = await t.throwsAsync(train(pipeline, { directory: await temporaryFolder(t) }), { name: 'DataError' });
  t.regex(error!.message, /line 392, .*column 'b': expected float64, got "none here"/);
});

test('a number of thousands, a currency and a column without a header are read', async (t) => {
  const rows = Array.from({ length: 200 }, (_, i) => {
    const price = 1000 + Math.floor(9000 * golden(i));
    return `"${price.toLocaleString('en-US')}",€ ${price / 10},${i % 2 === 0 ? 'A' : 'B'},${price * 2 + (i % 2)}`;
  });
  const found = await inspected(t, `${rows.join('\n')}\n`, { target: 'column2' });
  t.is(found.place.options.header, false);
  const text = textOf(found);
  t.regex(text, /derive\('column0Number', \['column0'\], readNumber\)/);
  t.regex(text, /Number\(text\.replace\('€', ''\)\.trim\(\)\)/);
});

test('columns of which the target is computed are left out', async (t) => {
  const rows = Array.from({ length: 300 }, (_, i) => [i % 19, i % 23, golden(i), (i % 19) + (i % 23)].join(','));
  const { inspection } = await inspected(t, ['casual,registered,wind,count', ...rows].join('\n'), { target: 'count' });
  const leaks = inspection.columns.filter(({ role }) => role === 'leak');
  t.deepEqual(
    leaks.map(({ name, why }) => `${name}: ${why}`),
    ['casual: count is casual + registered', 'registered: count is casual + registered'],
  );
});

const refusals: readonly (readonly [string, string, RegExp])[] = [
  ['a header only', 'a,y\n', /expected rows to learn from, got none/],
  ['one row', 'a,y\n1,2\n', /at least 10 rows with a value, to learn from, got 1/],
  [
    'one class',
    `a,y\n${Array.from({ length: 50 }, (_, i) => `${i},no\n`).join('')}`,
    /two or more different values, got only 'no'/,
  ],
  ['an empty target', `a,y\n${Array.from({ length: 50 }, (_, i) => `${i},\n`).join('')}`, /at least 10 rows.*got 0/],
  ['another name', 'age,sold\n1,2\n', /a column y, got the columns age, sold/],
  [
    'an id as the target',
    `a,y\n${Array.from({ length: 90 }, (_, i) => `${i % 9},u${i}\n`).join('')}`,
    /rows of each class/,
  ],
  [
    'nothing to learn from',
    `a,y\n${Array.from({ length: 50 }, (_, i) => `1,${i % 2}\n`).join('')}`,
    /a column to learn it from/,
  ],
];

for (const [name, text, message] of refusals) {
  test(`${name} is refused in words`, async (t) => {
    await t.throwsAsync(inspected(t, text, { target: 'y' }), { message });
  });
}

test('a hundred rows are enough, and said to be few', async (t) => {
  const rows = Array.from({ length: 100 }, (_, i) => `${golden(i)},${i % 4 === 0 ? 'spam' : 'ham'}`);
  const found = await inspected(t, ['x,y', ...rows].join('\n'), { target: 'y' });
  t.regex(found.inspection.notes.join(), /100 rows are few/);
  t.is(found.inspection.target.positive, 'spam');
  t.regex(textOf(found), /metric: 'logLoss'/);
});

test('the sample is chosen by its seed, among all rows', async (t) => {
  const path = join(await temporaryFolder(t), 'data.csv');
  writeFileSync(path, ['x,y', ...Array.from({ length: 5000 }, (_, i) => `${i},${i % 2}`)].join('\n'));
  const look = async (seed: number) => {
    const { inspection } = await inspectPlace(path, { target: 'y', rows: 500, seed });
    return inspection.columns[0]!;
  };
  const [first, again, other] = [await look(1), await look(1), await look(2)];
  t.deepEqual(first, again);
  t.notDeepEqual(first.frequent, other.frequent);
  // Of 500 of 5,000 rows the last one is within 1 % of the end but for a chance of e^-5.
  t.true(first.most! > 4900 && other.most! > 4900 && first.least! < 100);
  t.is(csv(path).name, `csv ${path}`);
});

test.after('what is written type-checks, and is formatted as the pipelines of the project', (t) => {
  mkdirSync('build', { recursive: true });
  const folder = mkdtempSync('build/init-');
  try {
    t.true(written.length > 4);
    for (const [i, text] of written.entries()) writeFileSync(join(folder, `model${i}.ts`), text);
    const { compilerOptions } = JSON.parse(readFileSync('tsconfig.json', 'utf8'));
    const paths = { millrace: [resolve('src/index.ts')] };
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: { ...compilerOptions, paths }, include: ['.', resolve('src/**/*.d.ts')] }),
    );
    const node = (...args: string[]) => spawnSync(process.execPath, args, { encoding: 'utf8' });
    const types = node('node_modules/typescript/bin/tsc', '-p', folder);
    t.is(types.status, 0, types.stdout);
    for (const text of written) {
      const biome = spawnSync(
        process.execPath,
        ['node_modules/@biomejs/biome/bin/biome', 'check', '--stdin-file-path=pipelines/model.ts'],
        {
          encoding: 'utf8',
          input: text,
        },
      );
      t.is(biome.stdout, text, biome.stderr);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

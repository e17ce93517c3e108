import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';

import {
  adam,
  binary,
  binaryCrossEntropy,
  checkpoint,
  classes,
  crossEntropy,
  definePipeline,
  dense,
  meanSquaredError,
  memory,
  ndjsonMetrics,
  numeric,
  oneHot,
  type PipelineOptions,
  regression,
  relu,
  train,
} from '../../src/index.ts';
import { writeReport } from '../../src/operators.ts';
import { markup } from '../../src/report/markup.ts';
import { temporaryFolder } from '../pipeline/run.ts';

const hostile = '"><script>alert(1)</script>\'&amp;';
const kinds = ['red', 'green', hostile];

/** 400 rows whose columns have names that a page must not take for markup. */
const rows = Array.from({ length: 400 }, (_, i) =>
  Object.fromEntries([
    ['__proto__', Math.sin(i)],
    [hostile, i % 10 === 0 ? null : Math.cos(3 * i)],
    ['x'.repeat(3000), kinds[i % 3]],
    ['yes', Math.sin(i) > 0.3 ? 1 : 0],
    ['kind', kinds[Math.floor(i / 7) % 3]],
    ['size', 1e9 * Math.sin(i) + i],
  ]),
);
const features = Object.fromEntries([
  ['__proto__', numeric()],
  [hostile, numeric({ missing: 'mean' })],
  ['x'.repeat(3000), oneHot()],
]);

const shared = {
  name: 'p',
  source: memory(rows),
  features,
  split: { validation: 0.4 },
  batch: 16,
  optimizer: adam({ learningRate: 1e-2 }),
  reportEverySteps: 2,
  epochs: 2,
  sinks: [ndjsonMetrics(), checkpoint()],
} satisfies Partial<PipelineOptions>;

const two = definePipeline({
  ...shared,
  target: binary('yes'),
  network: [dense(8), relu(), dense(1)],
  loss: binaryCrossEntropy(),
});
const three = definePipeline({ ...shared, target: classes('kind'), network: [dense(3)], loss: crossEntropy() });
const numbers = definePipeline({
  ...shared,
  target: regression('size'),
  network: [dense(1)],
  loss: meanSquaredError(),
});

/** Elements without an end. */
const empty = ['meta', '!doctype'];

/** Holds a page to what each must be: whole, safe, and without anything that is fetched. */
function assertPage(t: ExecutionContext, html: string): void {
  t.true(Buffer.byteLength(html) < 1e6);
  t.notRegex(html, /<script|javascript:|https?:|\bsrc=|@import|url\(/i);
  const open: string[] = [];
  for (const [, end, name, self] of html.matchAll(/<(\/?)([a-z!][a-z0-9]*)(?:[^>"]|"[^"]*")*?(\/?)>/gi)) {
    if (end) t.is(open.pop(), name);
    else if (!self && !empty.includes(name!.toLowerCase())) open.push(name!);
  }
  t.deepEqual(open, []);
  // Each picture has its text, and each table its caption.
  for (const [svg] of html.matchAll(/<svg[^>]*/g)) t.regex(svg, /aria-label="|aria-hidden/);
  t.is(html.split('<table>').length, html.split('<caption>').length);
}

async function reportOn(t: ExecutionContext, pipeline: typeof two) {
  const directory = join(await temporaryFolder(t), '1');
  await train(pipeline, { directory, log: () => {} });
  const to = join(directory, 'folder', 'report.html');
  const { bytes, notes } = await writeReport([directory], { to, pipeline, tell: () => {} });
  const html = await readFile(to, 'utf8');
  t.is(Buffer.byteLength(html), bytes);
  assertPage(t, html);
  return { directory, html, notes };
}

test('a report on two classes has its curves, tables and intervals, whatever the columns are called', async (t) => {
  const { html, notes } = await reportOn(t, two);
  t.deepEqual(notes, []);
  for (const part of ['ROC', 'Precision and recall', 'Calibration', 'training loss', 'validation auc', 'learning rate'])
    t.true(html.includes(`<b>${part}</b>`), part);
  for (const part of ['95 % interval', 'Importance:', 'Where it is worst', '1.dense', '__proto__', 'Environment'])
    t.true(html.includes(part), part);
  t.true(html.includes('&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&#39;&amp;amp;'));
});

test('a report on classes has their confusion, one on numbers their errors', async (t) => {
  const confused = await reportOn(t, three);
  t.true(confused.html.includes('Confusion: rows by label and by what is predicted'));
  const errors = await reportOn(t, numbers);
  t.true(errors.html.includes('Errors by tenths of the rows'));
});

test('what cannot be read costs a report its part alone, and it says why', async (t) => {
  const { directory } = await reportOn(t, two);
  const to = join(directory, 'report.html');
  const notesOf = async (options: Parameters<typeof writeReport>[1]) => {
    const { notes } = await writeReport([directory], { to, tell: () => {}, ...options });
    const html = await readFile(to, 'utf8');
    assertPage(t, html);
    t.true(html.includes('<b>training loss</b>'));
    t.is(notes.length, 1);
    return notes.join();
  };
  t.regex(await notesOf({}), /nobody has named the pipeline/);
  t.regex(await notesOf({ source: join(directory, 'none.csv') }), /There is no closer look: .*none\.csv/);
  const changed = { ...two, source: memory(rows.slice(1)) };
  t.regex(await notesOf({ pipeline: changed }), /has changed since the training/);
  await rm(join(directory, 'checkpoints'), { recursive: true });
  t.regex(await notesOf({ pipeline: two }), /There is no closer look: .*checkpoint/);
});

test('a run without metrics, and one that has failed before its first step, have a report', async (t) => {
  const directory = join(await temporaryFolder(t), '1');
  await train({ ...two, sinks: [] }, { directory, log: () => {} });
  const to = join(directory, 'report.html');
  await writeReport([directory], { to, tell: () => {} });
  t.true((await readFile(to, 'utf8')).includes('ndjsonMetrics()'));
  const config = await readFile(join(directory, 'config.json'), 'utf8');
  const failed = join(await temporaryFolder(t), 'failed');
  await mkdir(failed);
  await writeFile(join(failed, 'config.json'), config);
  const error = { name: 'DataError', message: `row 3: ${hostile}` };
  const end = { name: 'p', outcome: 'failed', error, began: '2026-01-01T00:00:00Z', seconds: 1, checkpoint: null };
  await writeFile(join(failed, 'summary.json'), JSON.stringify(end));
  await writeReport([failed], { to, tell: () => {} });
  const html = await readFile(to, 'utf8');
  assertPage(t, html);
  t.true(html.includes('failed: row 3: '));
});

test('several runs are on the same axes, with what differs first', async (t) => {
  const first = await reportOn(t, two);
  const second = join(await temporaryFolder(t), '2');
  await train({ ...two, batch: 32 }, { directory: second, log: () => {} });
  const to = join(second, 'report.html');
  await writeReport([first.directory, second], { to, tell: () => {} });
  const html = await readFile(to, 'utf8');
  assertPage(t, html);
  t.regex(
    html,
    /<h2>What differs<\/h2>[\s\S]*<th scope="row">batch<\/th><td class="number">16<\/td><td class="number">32/,
  );
  const loss = html.slice(html.indexOf('<b>training loss</b>'), html.indexOf('<b>validation auc</b>'));
  t.is(loss.match(/<path class="line c\d" d="M[^0]/g)?.length, 2);
});

test('the same report is written twice, but for the time', async (t) => {
  const { directory, html } = await reportOn(t, two);
  const to = join(directory, 'report.html');
  await writeReport([directory], { to, pipeline: two, tell: () => {} });
  const undated = (text: string) => text.replace(/<footer>.*<\/footer>/, '');
  t.is(undated(await readFile(to, 'utf8')), undated(html));
});

test('every value in a template is escaped, unless it is markup', (t) => {
  const inner = markup`<b title="${hostile}">${'a & b\u0000\u202e'}</b>`;
  t.is(
    markup`<p>${[inner, 1, 'x<']}</p>`.html,
    '<p><b title="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&#39;&amp;amp;">a &amp; b\ufffd\ufffd</b>1x&lt;</p>',
  );
});

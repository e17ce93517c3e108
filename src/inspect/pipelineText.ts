import { count } from '../format/figures.ts';
import { exactPercent } from '../format/shares.ts';
import { shellWord, shownName, shownValue } from '../options/shown.ts';
import { defaultTraining } from './defaultTraining.ts';
import { commentText, type Entry, entryLines, quoted, WIDTH, written } from './entryText.ts';
import { featureEntries } from './featureEntries.ts';
import type { InspectedPlace, Inspection } from './types.ts';

export interface PipelineFile {
  /** The path that it is written to, for its comments. */
  readonly file: string;
  /** The name of the pipeline. */
  readonly name: string;
}

const losses = { regression: 'meanSquaredError', binary: 'binaryCrossEntropy', classes: 'crossEntropy' } as const;

/** The text of a file of TypeScript that declares a pipeline for an inspected table, with a comment on each choice. */
export function pipelineText(inspection: Inspection, place: InspectedPlace, { file, name }: PipelineFile): string {
  const { target, columns, rows, scanned, unreadable, splitBy } = inspection;
  const training = defaultTraining(scanned, target);
  const used = new Set<string>(['definePipeline']);
  const use = (name: string) => {
    used.add(name);
    return name;
  };
  const { derive, features, label, functions } = featureEntries(inspection, place, use);
  const body: string[] = [];
  const option = (code: string, comment: string) => body.push(...entryLines({ code, comment }, 2));
  const list = (name: string, [open, close]: string, entries: readonly Entry[], more: readonly string[] = []) => {
    const lines = entries.flatMap((entry) => entryLines(entry, 4));
    body.push(`  ${name}: ${open}`, ...lines, ...more.map((line) => `    // ${commentText(line)}`), `  ${close},`);
  };

  option(`name: ${quoted(name)}`, `its runs are kept in runs/${name}/1, 2, ...`);
  option(`source: ${sourceText(place, use)}`, sourceComment(place));
  if (derive.length > 0) list('derive', '[]', derive);
  if (features.some(({ code }) => code.includes('piecewiseLinear'))) {
    body.push(
      '  // a number is given as how far it has come in each of its bins, so that steps and bends are easily learned',
    );
  }
  const leftOut = columns.filter(({ role }) => role !== 'feature' && role !== 'target' && role !== 'time');
  list(
    'features',
    '{}',
    features,
    leftOut.map(({ name, why }) => `left out: ${shownName(name)}, ${why}`),
  );
  const { positive, classes } = target;
  const isPlain = classes.every(([value]) => value === 0 || value === 1 || typeof value === 'boolean');
  const named = positive === undefined || isPlain ? '' : `, { positive: ${written(positive, 2, WIDTH)} }`;
  option(`target: ${use(target.task)}(${quoted(label)}${named})`, targetComment(target));
  const share = Math.max(unreadable / (scanned + unreadable), target.missing / rows);
  if (share > 0) {
    // Twice as many as were seen, in whole percent.
    const most = Math.min(1, Math.ceil(200 * share) / 100);
    const what = target.missing > 0 ? `have no ${target.column}` : 'cannot be read';
    option(
      `badRows: ${use('skipRows')}(${most === 0.01 ? '' : `{ maxShare: ${most} }`})`,
      `rows that ${what}, or cannot be used, are left out; more than ${Math.round(100 * most)} % of them end the training`,
    );
  }
  option(
    `split: { validation: ${training.validation}${splitBy.length > 0 ? `, by: ${written(splitBy, 2, WIDTH)}` : ''} }`,
    splitBy.length > 0
      ? `rows held out to see how good it is: all rows of one ${splitBy.join(' and ')}, or none`
      : 'the share of rows held out, to see how good it is on rows that it has not learned from',
  );
  option(`batch: ${training.batch}`, 'rows that it learns from at a time');
  const outputs = target.task === 'classes' ? target.classes.length : 1;
  const first = `{ initializer: ${use('xavier')}() }`;
  const dropped = training.dropout > 0 ? [{ code: `${use('dropout')}(${training.dropout})` }] : [];
  const layers = training.hidden.flatMap((units) => [
    { code: `${use('dense')}(${units}, ${first})` },
    { code: `${use('relu')}()` },
    ...dropped,
  ]);
  const answer = { code: `dense(${outputs})`, comment: 'the answer' };
  const rests = dropped.length === 0 ? '' : ', each with dropout: a part of them rests at a time';
  body.push(`  // ${training.hidden.length} layers of ${training.hidden[0]} units${rests}`);
  list('network', '[]', [...layers, answer]);
  option(`loss: ${use(losses[target.task])}()`, 'how wrong an answer is: training makes this small');
  option(
    `optimizer: ${use('adam')}({ learningRate: ${training.learningRate.toExponential()} })`,
    'learns in steps of this size',
  );
  option(
    `movingAverage: ${use('movingAverage')}()`,
    'predicts with the average of its last thousand steps, which is steadier than the last',
  );
  option(`epochs: ${training.epochs}`, 'goes through all rows so many times, at the most');
  option(
    `earlyStopping: ${use('earlyStopping')}({ metric: '${training.metric}', patience: ${training.patience} })`,
    `ends when ${training.patience} times in a row it was no better, and keeps the best`,
  );
  if (training.choosesThreshold) {
    option(
      "threshold: 'f1'",
      'as one class is rare: the held-out rows choose the probability from which on it says yes',
    );
  }
  const sinks = ['progress', 'log', 'ndjsonMetrics', 'checkpoint'].map((sink) => `${use(sink)}()`);
  option(`sinks: [${sinks.join(', ')}]`, 'shows how it goes, keeps the figures, and writes the model');
  option(`seed: ${training.seed}`, 'chooses the random numbers: the same seed gives the same model');

  return [
    '/**',
    ` * Predicts ${shownName(target.column)} from the other columns of ${commentText(place.place)}.`,
    ' *',
    ` * Written by \`millrace init\`, which has looked at ${lookedAt(inspection)}. It is yours to change:`,
    ' *',
    ` *   npx millrace train ${commentText(shellWord(file))}`,
    ` *   npx millrace predict runs/${name}/1 new.csv`,
    ' */',
    importText([...used]),
    '',
    'export default definePipeline({',
    ...body,
    '});',
    ...functions.flatMap((code) => ['', code]),
    '',
  ].join('\n');
}

/** Which rows the sample is of, for people. */
export function lookedAt({ rows, scanned, isWhole }: Inspection): string {
  if (isWhole && rows === scanned) return `all ${count(rows)} rows`;
  if (rows === scanned) return `the first ${count(rows)} rows`;
  return `${count(rows)} rows, chosen by chance among ${isWhole ? 'all' : 'the first'} ${count(scanned)}`;
}

function importText(names: readonly string[]): string {
  const sorted = names.toSorted((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
  const line = `import { ${sorted.join(', ')} } from 'millrace';`;
  return line.length <= WIDTH ? line : `import {\n${sorted.map((each) => `  ${each},\n`).join('')}} from 'millrace';`;
}

function targetComment({ task, classes, positive, why }: Inspection['target']): string {
  if (task === 'regression') return `a number: ${why}`;
  if (task === 'classes') return `one of ${classes.length} classes: ${why}`;
  const all = classes.reduce((sum, [, rows]) => sum + rows, 0);
  const [, rows] = classes.find(([value]) => value === positive)!;
  return `yes or no: ${exactPercent(rows / all)} of the rows have ${shownValue(positive)}`;
}

function sourceComment({ options }: InspectedPlace): string {
  const { nulls } = options;
  const words = Array.isArray(nulls) ? nulls.filter((word) => word !== '') : [];
  return words.length > 0 ? `where the rows are, and which words mean that a value is missing` : 'where the rows are';
}

function sourceText({ place, format, isMany, options }: InspectedPlace, use: (name: string) => string): string {
  const reader = use(format);
  const hasOptions = Object.keys(options).length > 0;
  if (isMany && !hasOptions) return `${use('files')}(${quoted(place)}, ${reader})`;
  if (!hasOptions) return `${reader}(${quoted(place)})`;
  const begin = isMany
    ? `${use('files')}(${quoted(place)}, (path) => ${reader}(path, `
    : `${reader}(${quoted(place)}, `;
  const end = isMany ? '))' : ')';
  // With the indent, `source: ` and the comma.
  return begin + written(options, 2, WIDTH - 11 - begin.length - end.length) + end;
}

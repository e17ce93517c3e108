/**
 * `npm run bench:tables -- [--only adult,german] [--contestants init,xgboost] [--seeds N]`: what a newcomer gets on real tables, beside
 * other libraries on the same rows. Needs Debian's python3-sklearn, python3-pandas and python3-xgboost, and `../shared/data`.
 *
 * What is in build/tables is not computed again: delete NAME/SEED/CONTESTANT.json for that.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { judgedBy, type Predictions, score, type Task } from './score.ts';
import { variants } from './variants.ts';

const FOLDER = 'build/tables';
const PYTHON = '/usr/bin/python3';
const judged = ['adult', 'phoneme', 'california', 'diamonds', 'bike', 'german'];
const peers = ['linear', 'sklearnMlp', 'histGradientBoosting', 'xgboost'];
const regressions = ['california', 'diamonds', 'bike', 'cars', 'friedman', 'boston', 'ozone'];
const classes = ['penguins', 'weather', 'satellite', 'letter', 'vehicle', 'vowel'];
const taskOf = (name: string): Task =>
  regressions.includes(name) ? 'regression' : classes.includes(name) ? 'classes' : 'binary';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    contestants: { type: 'string', default: [...peers, ...Object.keys(variants)].join(',') },
    seeds: { type: 'string', default: '3' },
  },
});
const contestants = values.contestants.split(',');
const seeds = Number(values.seeds);

const prepared = spawnSync(
  PYTHON,
  ['test/bench/tables/prepare.py', '../shared/data', 'node_modules/vega-datasets/data', FOLDER, `${seeds}`],
  { stdio: ['ignore', 'ignore', 'inherit'] },
);
if (prepared.status !== 0) process.exit(1);
const known = readdirSync(FOLDER);
const names =
  values.only === 'judged'
    ? judged
    : values.only === 'chosen'
      ? known.filter((name) => !judged.includes(name))
      : (values.only?.split(',') ?? known);

interface Result {
  readonly seconds: number;
  readonly predictSeconds: number;
  readonly predictions: Predictions;
}

function resultOf(folder: string, task: Task, contestant: string): Result | undefined {
  const file = join(folder, `${contestant}.json`);
  if (!existsSync(file)) {
    const [program, args] = peers.includes(contestant)
      ? [PYTHON, ['test/bench/tables/peers.py', folder, task, contestant]]
      : [process.execPath, ['test/bench/tables/millrace.ts', folder, contestant]];
    // Threads of OpenMP that wait for each other by spinning take the machine from everybody else.
    const env = { ...process.env, OMP_WAIT_POLICY: 'PASSIVE' };
    const { status, stderr } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1e8, env });
    if (status !== 0) {
      console.error(`${folder} ${contestant}: ${stderr.trim().split('\n').slice(-6).join('\n')}`);
      return undefined;
    }
  }
  return JSON.parse(readFileSync(file, 'utf8')) as Result;
}

/** The column of the target in a file of which it is the last or is found by its name. */
function truthOf(folder: string): string[] {
  const [head, ...lines] = readFileSync(join(folder, 'test.csv'), 'utf8').trimEnd().split('\n');
  const at = head.split(',').indexOf('target');
  return lines.map((line) => cellsOf(line)[at]);
}

function cellsOf(line: string): string[] {
  return [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(([, cell]) => cell.replace(/^"(.*)"$/, '$1'));
}

const mean = (numbers: readonly number[]) => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
const standardError = (numbers: readonly number[]) => {
  const middle = mean(numbers);
  return Math.sqrt(mean(numbers.map((each) => (each - middle) ** 2)) / Math.max(1, numbers.length - 1));
};

const rows: string[][] = [['table', 'metric', ...contestants]];
const times: string[][] = [['seconds of training', '', ...contestants]];
const ranks = new Map(contestants.map((each) => [each, [] as number[]]));
for (const name of names) {
  const task = taskOf(name);
  const scores = new Map<string, number[]>();
  const seconds = new Map<string, number[]>();
  for (let seed = 0; seed < seeds; seed++) {
    const folder = join(FOLDER, name, `${seed}`);
    const truth = truthOf(folder);
    for (const contestant of contestants) {
      const result = resultOf(folder, task, contestant);
      if (!result) continue;
      scores.set(contestant, [...(scores.get(contestant) ?? []), score(task, result.predictions, truth)]);
      seconds.set(contestant, [...(seconds.get(contestant) ?? []), result.seconds]);
    }
  }
  const { name: metric, better } = judgedBy[task];
  const means = contestants.map((each) => (scores.has(each) ? mean(scores.get(each)!) : Number.NaN));
  const digits = task === 'regression' ? Math.max(0, 4 - Math.ceil(Math.log10(means[0] || 1))) : 4;
  const cell = (each: string) => {
    const all = scores.get(each);
    return all ? `${mean(all).toFixed(digits)} ±${standardError(all).toFixed(digits)}` : '-';
  };
  rows.push([name, metric, ...contestants.map(cell)]);
  times.push([name, '', ...contestants.map((each) => (seconds.has(each) ? mean(seconds.get(each)!).toFixed(1) : '-'))]);
  for (const [i, each] of contestants.entries()) {
    if (Number.isNaN(means[i])) continue;
    const isBetter = (value: number) => (better === 'higher' ? value > means[i] : value < means[i]);
    ranks.get(each)!.push(1 + means.filter(isBetter).length);
  }
  console.error(rows.at(-1)!.join('  '));
}
rows.push(['mean rank', '', ...contestants.map((each) => mean(ranks.get(each)!).toFixed(2))]);
for (const table of [rows, times]) {
  const widths = table[0].map((_, i) => Math.max(...table.map((row) => row[i].length)));
  console.log(`\n${table.map((row) => row.map((cell, i) => cell.padEnd(widths[i])).join('  ')).join('\n')}`);
}

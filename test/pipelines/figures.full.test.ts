import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import type { Finding, Report, Validation } from '../../src/index.ts';
import { millrace, summaryOf, temporaryFolder } from '../pipeline/run.ts';

/** The figures that the README promises of each pipeline: metric, and the worst value that is let through. */
const promised = [
  { file: 'pipelines/cars.ts', metric: 'rmse', most: 3.5 },
  { file: 'pipelines/penguins.ts', metric: 'accuracy', least: 0.97 },
  { file: 'pipelines/spiral.ts', metric: 'accuracy', least: 0.95 },
] as const;

for (const { file, metric, ...bound } of promised) {
  const text = 'most' in bound ? `at most ${bound.most}` : `at least ${bound.least}`;
  test(`${file} ends with a validation ${metric} of ${text}`, async (t) => {
    const ended = await millrace(['train', file, '--out', await temporaryFolder(t), '--json']);
    const { validation, baseline } = summaryOf(ended);
    t.is(ended.code, 0);
    const value = validation?.[metric] ?? Number.NaN;
    t.log(`${metric} ${value}, of the best constant ${baseline?.[metric]}`);
    t.true('most' in bound ? value <= bound.most : value >= bound.least, `${metric} is ${value}`);
  });
}

test.serial(
  'the flights reach an AUC of 0.688 after one epoch and 0.700 after two, in memory that does not grow',
  async (t) => {
    t.timeout(600_000);
    const directory = await temporaryFolder(t);
    const summary = summaryOf(
      await millrace(['train', 'pipelines/flights.ts', '--epochs', '2', '--out', directory, '--json']),
    );
    const events: (Report | Validation)[] = (await readFile(join(directory, 'metrics.ndjson'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const aucs = events.filter((event) => event.kind === 'validation').map(({ metrics }) => metrics.auc);
    t.log(
      `AUC ${aucs.join(', ')}; ${summary.seconds.toFixed(1)} s; peak ${Math.round(summary.peakMemoryBytes / 1e6)} MB`,
    );
    t.is(aucs.length, 2);
    t.true(aucs[0] >= 0.688, `${aucs[0]}`);
    t.true(aucs[1] >= 0.7, `${aucs[1]}`);
    t.true((summary.validation?.accuracy ?? 0) > (summary.baseline?.accuracy ?? 1));

    const reports = events.filter((event) => event.kind === 'report');
    const peak = (from: number, to: number) =>
      Math.max(...reports.filter(({ rows }) => rows > from && rows <= to).map(({ memoryBytes }) => memoryBytes));
    const [first, last] = [peak(0, 1e6), peak(summary.rows - 1e6, summary.rows)];
    t.log(`memory while the first million rows are trained on ${first / 1e6} MB, the last ${last / 1e6} MB`);
    t.true(summary.peakMemoryBytes <= 600e6);
    t.true(last <= first * 1.1 + 16e6);
  },
);

test.serial(
  'the flights, dealt to disk in 16 MB, reach an AUC of 0.688 after one epoch; in windows of 65,536 rows the run says that they come in order',
  async (t) => {
    t.timeout(600_000);
    const run = async (memoryMB: number, spill: boolean) => {
      const directory = await temporaryFolder(t);
      const sets = [`shuffle.memoryMB=${memoryMB}`, `shuffle.spill=${spill}`].flatMap((each) => ['--set', each]);
      const ended = await millrace(['train', 'pipelines/flights.ts', ...sets, '--out', directory, '--json']);
      t.is(ended.code, 0, ended.stderr);
      const lines = (await readFile(join(directory, 'metrics.ndjson'), 'utf8')).trim().split('\n');
      const findings = lines
        .map((line): Report | Finding => JSON.parse(line))
        .filter((each) => each.kind === 'finding');
      const ordered = findings.filter(({ problem }) => problem === 'orderedStream');
      return { auc: summaryOf(ended).validation?.auc ?? 0, ordered, stderr: ended.stderr };
    };
    const dealt = await run(16, true);
    // A row of eight words and its place in the order take 36 bytes.
    const windows = await run((65_536 * 36) / 1e6, false);
    t.log(`AUC ${dealt.auc}, and ${windows.auc} in windows`);
    t.true(dealt.auc >= 0.688, `${dealt.auc}`);
    t.deepEqual(dealt.ordered, []);
    t.true(windows.auc < 0.688, `${windows.auc}`);
    t.true(windows.ordered.length >= 1);
    t.regex(windows.ordered[0]!.advice, /spill/);
    t.true(windows.stderr.includes(windows.ordered[0]!.message));
  },
);

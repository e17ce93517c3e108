import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { metric } from '../../../src/extend.ts';
import {
  definePipeline,
  describe,
  earlyStopping,
  onPlateau,
  type PipelineOptions,
  sgd,
  topK,
  train,
} from '../../../src/index.ts';
import { pipelineHash } from '../../../src/job/training/pipelineHash.ts';
import { atLeast, cron, defineJob, improves } from '../../../src/jobs.ts';
import { stoppedAt, temporaryFolder } from '../run.ts';
import small from '../small.ts';

const profit = (gain = 2, better: 'higher' | 'lower' = 'higher') =>
  metric({
    name: 'profit',
    options: { gain },
    better,
    task: 'binary',
    value: (p, y) => (p < 0.5 ? 0 : y === 1 ? gain : -1),
  });
const define = (changes: Partial<PipelineOptions>) => definePipeline({ ...small, ...changes });
const refusal = (changes: Partial<PipelineOptions>) => {
  try {
    define(changes);
    return 'nothing';
  } catch (error) {
    return `${error}`;
  }
};

test("a pipeline's own metric is scored with the others, logged, and in the summary", async (t) => {
  const directory = await temporaryFolder(t);
  const { validation, baseline, constants } = await train(define({ metrics: [profit()] }), { directory });
  t.is(Object.keys(validation ?? {}).at(-1), 'profit');
  t.true(Number.isFinite(validation?.profit));
  t.true(Number.isFinite(baseline?.profit));
  t.regex(constants?.profit ?? '', /always|the share/);
  t.regex(await readFile(join(directory, 'metrics.ndjson'), 'utf8'), /"profit":/);
});

test('early stopping and plateaus go by it, by its name or as it is declared, up or down as it says', async (t) => {
  for (const better of ['higher', 'lower'] as const) {
    const own = profit(2, better);
    const run = (watched: string | typeof own) =>
      define({
        metrics: [own],
        earlyStopping: earlyStopping({ metric: watched, patience: 2 }),
        optimizer: sgd({ learningRate: onPlateau({ learningRate: 0.3, metric: watched, patience: 0 }) }),
        epochs: 12,
      });
    const [named, declared] = [run('profit'), run(own)];
    const mode = better === 'higher' ? 'max' : 'min';
    t.like(named.earlyStopping, { options: { mode } });
    t.is(named.optimizer.plateau?.mode, mode);
    t.is(pipelineHash(named), pipelineHash(declared));
    const summary = await train(named, { directory: await temporaryFolder(t) });
    t.is(summary.best?.metric, 'profit');
    const { pipeline, signal } = stoppedAt(named, 20);
    const directory = await temporaryFolder(t);
    await train(pipeline, { directory, signal });
    const resumed = await train(declared, { directory, resume: true });
    t.is(resumed.parametersSha256, summary.parametersSha256);
  }
});

test('its name and options are in the hash of the pipeline, which is as before where there is none', (t) => {
  const hashes = [
    define({}),
    define({ metrics: [] }),
    define({ metrics: [profit()] }),
    define({ metrics: [profit(3)] }),
  ].map(pipelineHash);
  t.is(hashes[0], hashes[1]);
  t.is(new Set(hashes).size, 3);
  t.deepEqual(
    pipelineHash(define({ earlyStopping: earlyStopping({ metric: 'auc' }) })),
    pipelineHash(define({ earlyStopping: earlyStopping({ metric: 'auc', mode: 'max' }) })),
  );
});

test('describe names it with its options and direction', async (t) => {
  const stages = await describe(define({ metrics: [profit()] }));
  t.deepEqual(
    stages.filter(({ stage }) => stage === 'evaluate').map(({ output }) => output),
    ['besides the metrics of the target: profit {"gain":2} (higher is better)'],
  );
});

test('a metric of another kind of target, a name that is taken and one that there is not are refused', (t) => {
  t.is(
    refusal({ metrics: [topK(2)] }),
    'OptionError: definePipeline: metrics[0]: expected a metric of a binary target, got top2, one of a classes target.',
  );
  t.regex(
    refusal({ metrics: [profit(), profit(3)] }),
    /metrics\[0\]: expected a name that no other metric of the target has, got profit/,
  );
  t.regex(refusal({ metrics: ['auc' as never] }), /metrics\[0\]: expected a metric, as topK\(5\), got 'auc'/);
  t.regex(
    refusal({ metrics: [profit()], earlyStopping: earlyStopping({ metric: 'profits' }) }),
    /earlyStopping: metric: expected a metric of a binary target: auc, .*, profit, got profits. Did you mean profit/,
  );
});

test('the checks of a job take it, and go by its direction', (t) => {
  const scores = (value: number) => ({ rows: 9, metrics: { profit: value }, slices: {} });
  t.true(improves(profit()).judge(scores(2), scores(1)).passed);
  t.false(improves(profit(2, 'lower')).judge(scores(2), scores(1)).passed);
  t.is(atLeast(profit(), 1).judge(scores(0.5), undefined).reason, 'profit is 0.5, not at least 1');
  t.throws(() => atLeast(profit(2, 'lower'), 1), { message: /of which more is better, got profit/ });
  const job = { name: 'j', schedule: cron('0 3 * * *'), checks: [atLeast(profit(), 1)] };
  t.notThrows(() => defineJob({ ...job, pipeline: define({ metrics: [profit()] }) }));
  t.throws(() => defineJob({ ...job, pipeline: small }), {
    name: 'OptionError',
    message: /checks\[0\]: expected a metric of a binary target: .*got profit/,
  });
});

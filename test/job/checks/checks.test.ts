import test from 'ava';
import fc from 'fast-check';
import { judgeModels } from '../../../src/job/checks/judgeModels.ts';
import { atLeast, atMost, type Check, improves, noSliceWorse, type SlicedScores } from '../../../src/jobs.ts';
import { checkLaws } from '../../../src/laws.ts';
import { holdTo } from '../../holdTo.ts';

holdTo(test, checkLaws(atLeast('auc', 0.4)));
holdTo(test, checkLaws(atMost('rmse', 0.4)));
holdTo(test, checkLaws(improves('auc', { by: 0.1, tolerance: 0.02 })));
holdTo(test, checkLaws(noSliceWorse('auc', { by: 'origin', tolerance: 0.1 })));

const scores = (metrics: Readonly<Record<string, number>>, slices: SlicedScores['slices'] = {}): SlicedScores => ({
  rows: 1000,
  metrics,
  slices,
});

test('atLeast and atMost hold a metric of the candidate against a number', (t) => {
  const { passed, reason, numbers } = atLeast('auc', 0.68).judge(scores({ auc: 0.6799 }), scores({ auc: 0.1 }));
  t.false(passed);
  t.is(reason, 'auc is 0.6799, not at least 0.68');
  t.deepEqual(numbers, { candidate: 0.6799, least: 0.68 });
  t.true(atLeast('auc', 0.68).judge(scores({ auc: 0.68 }), undefined).passed);
  t.true(atMost('rmse', 3).judge(scores({ rmse: 3 }), undefined).passed);
  t.deepEqual(atMost('rmse', 3).judge(scores({ rmse: 3.01 }), undefined), {
    name: 'atMost rmse 3',
    passed: false,
    reason: 'rmse is 3.01, not at most 3',
    numbers: { candidate: 3.01, most: 3 },
  });
});

test('improves asks for a gain, up or down as the metric is', (t) => {
  const judge = (check: Check, candidate: number, champion: number) =>
    check.judge(scores({ auc: candidate, rmse: candidate }), scores({ auc: champion, rmse: champion })).passed;
  t.true(judge(improves('auc'), 0.5, 0.5));
  t.false(judge(improves('auc'), 0.4999, 0.5));
  t.true(judge(improves('auc', { tolerance: 0.25 }), 0.25, 0.5));
  t.false(judge(improves('auc', { by: 0.25 }), 0.625, 0.5));
  t.true(judge(improves('auc', { by: 0.25 }), 0.75, 0.5));
  t.true(judge(improves('rmse', { by: 1 }), 2, 3));
  t.false(judge(improves('rmse', { by: 1 }), 2.5, 3));
  t.false(judge(improves('rmse', { tolerance: 0.25 }), 3.5, 3));
});

test('improves says the numbers in one sentence', (t) => {
  const { reason, numbers } = improves('auc', { tolerance: 0.002 }).judge(scores({ auc: 0.69 }), scores({ auc: 0.7 }));
  t.is(reason, "auc is 0.69, the champion's 0.7: a gain of -0.01, not at least -0.002");
  t.deepEqual(
    { ...numbers, gain: Number(numbers.gain!.toFixed(6)) },
    {
      candidate: 0.69,
      champion: 0.7,
      gain: -0.01,
      by: 0,
      tolerance: 0.002,
    },
  );
});

test('of a metric that is not defined it is said why', (t) => {
  const none: SlicedScores = { ...scores({}), rows: 12, notDefined: { auc: 'all are of class 0' } };
  const reason = 'auc is not defined on the 12 held-out rows: all are of class 0';
  for (const check of [atLeast('auc', 0.5), improves('auc')]) {
    t.deepEqual([check.judge(none, undefined).passed, check.judge(none, undefined).reason], [false, reason]);
  }
  t.is(improves('auc').judge(scores({ auc: 0.7 }), none).reason, `the champion's ${reason}`);
  const nothing = { rows: 0, metrics: {}, slices: {} };
  t.is(atMost('rmse', 3).judge(nothing, undefined).reason, 'rmse is not defined: there are no held-out rows');
});

test('without a champion, what compares passes and what does not is asked all the same', (t) => {
  const checks = [atLeast('auc', 0.68), improves('auc', { by: 0.1 }), noSliceWorse('auc', { by: 'origin' })];
  const verdict = judgeModels(checks, scores({ auc: 0.7 }), undefined);
  t.true(verdict.passed);
  t.is(verdict.checks[1]!.reason, 'auc is 0.7, and there is no champion yet');
  t.is(verdict.checks[2]!.reason, 'there is no champion yet');
  t.deepEqual(
    judgeModels(checks, scores({ auc: 0.6 }), undefined).checks.map(({ passed }) => passed),
    [false, true, true],
  );
});

type Slice = SlicedScores['slices'][string][string];
const slice = (rows: number, auc?: number): Slice => ({ rows, metrics: auc === undefined ? {} : { auc } });
const byOrigin = (slices: SlicedScores['slices'][string]) => scores({ auc: 0.7 }, { origin: slices });

test('noSliceWorse names the slices that are worse', (t) => {
  const check = noSliceWorse('auc', { by: 'origin', tolerance: 0.02, minRows: 100 });
  const champion = byOrigin({ ATL: slice(500, 0.7), LAX: slice(400, 0.72), SFO: slice(100, 0.6), FAI: slice(99, 0.9) });
  const same = byOrigin({ ATL: slice(500, 0.69), LAX: slice(400, 0.73), SFO: slice(100, 0.6), FAI: slice(99, 0.1) });
  const worse = byOrigin({ ATL: slice(500, 0.8), LAX: slice(400, 0.67), SFO: slice(100, 0.57), FAI: slice(99, 0.9) });
  t.true(check.judge(same, champion).passed);
  t.is(
    check.judge(same, champion).reason,
    'none of 3 slices by origin is worse by more than 0.02; the least gain in auc is -0.01, of ATL',
  );
  const { passed, reason, numbers } = check.judge(worse, champion);
  t.false(passed);
  t.is(reason, '2 of 3 slices by origin worse by more than 0.02: LAX, SFO; the least gain in auc is -0.05, of LAX');
  t.deepEqual(numbers, {
    tolerance: 0.02,
    minRows: 100,
    'ATL: rows': 500,
    'ATL: champion': 0.7,
    'ATL: candidate': 0.8,
    'LAX: rows': 400,
    'LAX: champion': 0.72,
    'LAX: candidate': 0.67,
    'SFO: rows': 100,
    'SFO: champion': 0.6,
    'SFO: candidate': 0.57,
  });
});

test('a slice on which only the candidate is not defined does not pass, one on which neither is is left out', (t) => {
  const check = noSliceWorse('auc', { by: 'origin', minRows: 1 });
  const champion = byOrigin({ ATL: slice(5, 0.5), LAX: slice(5) });
  t.false(check.judge(byOrigin({ ATL: slice(5), LAX: slice(5) }), champion).passed);
  t.false(check.judge(byOrigin({ LAX: slice(5) }), champion).passed);
  t.true(check.judge(byOrigin({ ATL: slice(5, 0.5), LAX: slice(5) }), champion).passed);
  t.regex(check.judge(byOrigin({}), byOrigin({})).reason, /^no slice by origin has 1 held-out rows/);
});

test('NaN and what is not there never pass', (t) => {
  const one = scores({ auc: 0.7, rmse: 1 });
  for (const none of [scores({}), scores({ auc: Number.NaN, rmse: Number.NaN })]) {
    t.false(atLeast('auc', -1).judge(none, one).passed);
    t.false(atMost('rmse', 9).judge(none, one).passed);
    t.false(improves('auc', { tolerance: 9 }).judge(none, one).passed);
    t.false(improves('auc').judge(none, undefined).passed);
    t.false(improves('auc', { tolerance: 9 }).judge(one, none).passed);
  }
});

test('a verdict is passed where every check is, and holds plain JSON', (t) => {
  const metric = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(Number.NaN));
  const checks = [
    atLeast('auc', 0.5),
    improves('auc', { tolerance: 0.1 }),
    noSliceWorse('auc', { by: 'o', minRows: 1 }),
  ];
  fc.assert(
    fc.property(metric, metric, metric, metric, fc.boolean(), (a, b, c, d, isFirst) => {
      const candidate = scores({ auc: a }, { o: { x: slice(9, b) } });
      const champion = isFirst ? undefined : scores({ auc: c }, { o: { x: slice(9, d) } });
      const verdict = judgeModels(checks, candidate, champion);
      t.is(
        verdict.passed,
        verdict.checks.every(({ passed }) => passed),
      );
      t.deepEqual(JSON.parse(JSON.stringify(verdict)), verdict);
      t.is(verdict.checks[0]!.passed, a >= 0.5);
      if (champion) t.is(verdict.checks[1]!.passed, a - c >= -0.1);
      // A pure function.
      t.deepEqual(judgeModels(checks, candidate, champion), verdict);
    }),
    { seed: 1 },
  );
});

test('a check that throws is not passed, and says so', (t) => {
  const check: Check = {
    name: 'mine',
    judge() {
      throw new Error('no');
    },
  };
  const verdict = judgeModels([check], scores({}), undefined);
  t.deepEqual(verdict, {
    passed: false,
    checks: [{ name: 'mine', passed: false, reason: 'the check failed: Error: no', numbers: {} }],
  });
});

test('refuses metrics that there are not, that go the other way, and options that are out of bounds', (t) => {
  // @ts-expect-error no such metric
  t.throws(() => atLeast('auk', 0.5), { name: 'OptionError', message: /^atLeast: metric: .*Did you mean auc/ });
  t.throws(() => atLeast('logLoss', 0.5), { message: /^atLeast: metric: expected .*of which more is better/ });
  t.throws(() => atMost('auc', 0.5), { message: /^atMost: metric: expected .*of which less is better/ });
  t.throws(() => atLeast('auc', Number.NaN), { message: /^atLeast: value: expected a finite number, got NaN/ });
  t.throws(() => improves('auc', { by: -1 }), { message: /^improves: by: expected a finite number of at least 0/ });
  t.throws(() => improves('auc', { tolerance: -1 }), { message: /^improves: tolerance: / });
  // @ts-expect-error a column is asked for
  t.throws(() => noSliceWorse('auc', {}), { message: /^noSliceWorse: by: expected the name of a column/ });
  t.throws(() => noSliceWorse('auc', { by: 'x', minRows: 0 }), { message: /^noSliceWorse: minRows: / });
});

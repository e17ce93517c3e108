import test from 'ava';
import { defer, from, lastValueFrom, NEVER, pipe, tap } from 'rxjs';
import { openEngine } from '../../src/engine/openEngine.ts';
import { distance, numbers } from '../../src/laws/numbers.ts';
import { meanSquaredError } from '../../src/loss/meanSquaredError.ts';
import { batchNorm } from '../../src/network/layers/batchNorm.ts';
import { dense } from '../../src/network/layers/dense.ts';
import { compileNetwork } from '../../src/network/network.ts';
import { adam } from '../../src/optimizer/adam.ts';
import { movingAverage } from '../../src/optimizer/movingAverage.ts';
import { onPlateau } from '../../src/optimizer/schedules/onPlateau.ts';
import { backward } from '../../src/train/backward.ts';
import { earlyStopping } from '../../src/train/earlyStopping.ts';
import { evaluate } from '../../src/train/evaluate.ts';
import { forward } from '../../src/train/forward.ts';
import { lossOf } from '../../src/train/lossOf.ts';
import { createTrainingState, type TrainingSnapshot } from '../../src/train/trainingState.ts';
import { update } from '../../src/train/update.ts';
import { withAverage } from '../../src/train/withAverage.ts';
import { layoutOf, miniBatchOf } from '../network/miniBatchOf.ts';

const engine = openEngine('reference');
const loss = meanSquaredError();
/** Of four validations: the second is the best, the last stops. */
const metrics = [3, 1, 2, 2].map((rmse) => ({ rmse }));

/** A run with all that a training state can hold; `go` makes some of its steps, and validates after each. */
function setUp() {
  const network = compileNetwork({
    layers: [dense(3), batchNorm(), dense(1)],
    layout: layoutOf(2),
    engine,
    batch: 4,
    seed: 7,
  });
  const learningRate = onPlateau({ learningRate: 0.1, metric: 'rmse', patience: 0, factor: 0.5 });
  const optimizer = adam({ learningRate });
  const state = createTrainingState(network, optimizer, engine, {
    movingAverage: movingAverage({ decay: 0.9 }),
    earlyStopping: earlyStopping({ metric: 'rmse', patience: 2 }),
  });
  const stages = pipe(
    forward(network, { mode: 'training' }),
    lossOf(loss, network),
    backward(network),
    update(network, optimizer, state),
    tap(({ step }) => state.observe({ step, metrics: metrics[step - 1] })),
  );
  const go = (begin: number, end: number) =>
    lastValueFrom(from(batches().slice(begin, end)).pipe(stages), { defaultValue: undefined });
  return { network, state, go };
}

function batches() {
  return metrics.map((_, k) => {
    const x = Array.from({ length: 4 }, (_row, i) => numbers(10 * k + i, 2));
    return miniBatchOf(engine, x, numbers(100 + k, 4));
  });
}

const part = ({ tensors }: TrainingSnapshot, prefix: string) =>
  ['1.dense.w', '1.dense.b', '3.dense.w', '3.dense.b'].flatMap((name) => [...tensors[prefix + name].data]);

test('goes on bit for bit from a snapshot after every step: average, best, plateau and stopping among it', async (t) => {
  const whole = setUp();
  await whole.go(0, 4);
  for (let k = 0; k <= 4; k++) {
    const [first, second] = [setUp(), setUp()];
    await first.go(0, k);
    const { tensors, counters } = first.state.snapshot();
    second.state.restore({ tensors, counters: JSON.parse(JSON.stringify(counters)) });
    await second.go(k, 4);
    t.deepEqual(second.state.snapshot(), whole.state.snapshot());
    t.is(second.state.stopped, true);
  }
});

test('a plateau cuts the learning rate of the next update', async (t) => {
  const { state, go } = setUp();
  t.is((await go(0, 3))?.learningRate, 0.1);
  t.is(state.rateFactor, 0.5);
  t.is((await go(3, 4))?.learningRate, 0.05);
});

test('the best parameters, buffers and average come back at the end', async (t) => {
  const { state, go } = setUp();
  await go(0, 2);
  const best = state.snapshot();
  await go(2, 4);
  t.true(state.stopped);
  const last = state.snapshot();
  t.notDeepEqual(part(last, ''), part(best, ''));
  t.deepEqual(part(last, 'best/'), part(best, ''));
  state.restoreBest();
  const restored = state.snapshot();
  t.deepEqual(part(restored, ''), part(best, ''));
  t.deepEqual(part(restored, 'movingAverage/'), part(best, 'movingAverage/'));
  t.deepEqual(restored.tensors['2.batchNorm.mean'], best.tensors['2.batchNorm.mean']);
  t.is(restored.tensors['2.batchNorm.mean'].data.length, 3);
});

test('training goes on after its end as if it had not ended, also from a snapshot of the end', async (t) => {
  const [whole, ended, resumed] = [setUp(), setUp(), setUp()];
  await whole.go(0, 4);
  await ended.go(0, 3);
  ended.state.restoreBest();
  ended.state.restoreBest();
  resumed.state.restore(ended.state.snapshot());
  t.deepEqual(resumed.state.snapshot(), ended.state.snapshot());
  resumed.state.resumeTraining();
  await resumed.go(3, 4);
  t.deepEqual(resumed.state.snapshot(), whole.state.snapshot());
});

test('restoring the best changes nothing before the first validation', (t) => {
  const { network, state } = setUp();
  const before = network.parameters.slice();
  state.restoreBest();
  t.deepEqual(network.parameters, before);
});

test('evaluates on the average, while snapshots hold the parameters as they were trained', async (t) => {
  const { network, state, go } = setUp();
  await go(0, 3);
  const before = state.snapshot();
  const target = { kind: 'regression' } as const;
  let during: number[] = [];
  const score = await lastValueFrom(
    defer(() => from(batches())).pipe(
      evaluate(network, loss, target),
      withAverage(state),
      tap(() => {
        during = [...network.parameters];
        t.deepEqual(state.snapshot(), before);
      }),
    ),
  );
  t.deepEqual(state.snapshot(), before);
  t.true(distance(part(before, 'movingAverage/'), part(before, '')) > 1e-3);
  network.parameters.set(during);
  const same = await lastValueFrom(from(batches()).pipe(evaluate(network, loss, target)));
  t.deepEqual(score, same);
});

test('the parameters are back when an evaluation on the average is broken off', (t) => {
  const { network, state } = setUp();
  network.parameters[0] += 1;
  const before = network.parameters.slice();
  const running = NEVER.pipe(withAverage(state)).subscribe();
  t.notDeepEqual(network.parameters, before);
  running.unsubscribe();
  t.deepEqual(network.parameters, before);
});

test('a run without average or stopping observes, exchanges and restores nothing', (t) => {
  const network = compileNetwork({ layers: [dense(1)], layout: layoutOf(2), engine, batch: 4, seed: 7 });
  const state = createTrainingState(network, adam(), engine);
  const before = network.parameters.slice();
  t.is(state.observe({ step: 1, metrics: {} }), 'same');
  state.exchange();
  state.restoreBest();
  t.deepEqual(network.parameters, before);
  t.deepEqual(state.snapshot().counters, { step: 0, rows: 0 });
});

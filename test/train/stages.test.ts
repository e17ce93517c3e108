import test from 'ava';
import { from, lastValueFrom, map, type OperatorFunction, of, pipe, repeat, toArray } from 'rxjs';
import type { MiniBatch } from '../../src/batch/types.ts';
import { openEngine } from '../../src/engine/openEngine.ts';
import { NumericError } from '../../src/errors.ts';
import { numbers } from '../../src/laws/numbers.ts';
import { operatorLaws } from '../../src/laws/operatorLaws.ts';
import { binaryCrossEntropy } from '../../src/loss/binaryCrossEntropy.ts';
import { crossEntropy } from '../../src/loss/crossEntropy.ts';
import { batchNorm } from '../../src/network/layers/batchNorm.ts';
import { dense } from '../../src/network/layers/dense.ts';
import { dropout } from '../../src/network/layers/dropout.ts';
import { relu } from '../../src/network/layers/relu.ts';
import { compileNetwork } from '../../src/network/network.ts';
import type { Mode } from '../../src/network/types.ts';
import { adam } from '../../src/optimizer/adam.ts';
import { sgd } from '../../src/optimizer/sgd.ts';
import { backward } from '../../src/train/backward.ts';
import { evaluate } from '../../src/train/evaluate.ts';
import { forward } from '../../src/train/forward.ts';
import { lossOf } from '../../src/train/lossOf.ts';
import { metricNames } from '../../src/train/metrics/metricsFor.ts';
import { createTrainingState } from '../../src/train/trainingState.ts';
import type { Differentiated, Forwarded, Scored, Step } from '../../src/train/types.ts';
import { update } from '../../src/train/update.ts';
import { withAverage } from '../../src/train/withAverage.ts';
import { holdTo } from '../holdTo.ts';
import { layoutOf, miniBatchOf } from '../network/miniBatchOf.ts';

const layers = [dense(3), relu(), dense(1)];
const loss = binaryCrossEntropy();

/** A small network, three mini-batches, and all that trains it. */
function setUp(learningRate = 0.01) {
  const engine = openEngine('reference');
  const network = compileNetwork({ layers, layout: layoutOf(2), engine, batch: 4, seed: 7 });
  const optimizer = adam({ learningRate });
  const state = createTrainingState(network, optimizer, engine);
  return { engine, network, optimizer, state, stages: stagesOf() };
  function stagesOf(): OperatorFunction<MiniBatch, Step> {
    return pipe(
      forward(network, { mode: 'training' }),
      lossOf(loss, network),
      backward(network),
      update(network, optimizer, state),
    );
  }
}

function batches(): MiniBatch[] {
  const engine = openEngine('reference');
  return [4, 4, 1].map((n, k) => {
    const x = Array.from({ length: n }, (_, row) => numbers(10 * k + row, 2));
    return miniBatchOf(engine, x, [0, 1, 1, 0].slice(0, n));
  });
}

const network = () => setUp().network;
holdTo(test, operatorLaws('forward', { make: () => forward(network(), { mode: 'training' }), inputs: batches }));
holdTo(
  test,
  operatorLaws('forward, lossOf', {
    make: () => {
      const net = network();
      return pipe(forward(net, { mode: 'training' }), lossOf(loss, net));
    },
    inputs: batches,
  }),
);
holdTo(
  test,
  operatorLaws('forward, lossOf, backward', {
    make: () => {
      const net = network();
      return pipe(forward(net, { mode: 'training' }), lossOf(loss, net), backward(net));
    },
    inputs: batches,
  }),
);
holdTo(
  test,
  operatorLaws('forward, lossOf, backward, update', {
    make: () => setUp().stages,
    inputs: batches,
    shared: 'the parameters of the network',
  }),
);
holdTo(test, operatorLaws('evaluate', { make: () => evaluate(network(), loss, { kind: 'binary' }), inputs: batches }));
holdTo(test, operatorLaws('withAverage', { make: () => withAverage<MiniBatch>({ exchange() {} }), inputs: batches }));

test('each stage adds its field, and steps and rows are counted', async (t) => {
  const { stages } = setUp();
  const steps = await lastValueFrom(
    from(batches()).pipe(
      stages,
      map(({ kind, epoch, n, outputs, step, rows, learningRate }) => ({
        kind,
        epoch,
        n,
        outputs,
        step,
        rows,
        learningRate,
      })),
      toArray(),
    ),
  );
  const common = { kind: 'step' as const, epoch: 0, outputs: 1, learningRate: 0.01 };
  t.deepEqual(steps, [
    { ...common, n: 4, step: 1, rows: 4 },
    { ...common, n: 4, step: 2, rows: 8 },
    { ...common, n: 1, step: 3, rows: 9 },
  ]);
});

test('the loss comes below that of the best constant prediction', async (t) => {
  const { stages } = setUp(0.05);
  const losses = await lastValueFrom(
    of(batches()[0]).pipe(
      repeat(200),
      stages,
      map((step) => step.loss),
      toArray(),
    ),
  );
  t.true((losses.at(-1) as number) < Math.LN2 - 0.1);
});

test('goes on bit for bit from a snapshot after every step', async (t) => {
  const whole = setUp();
  await lastValueFrom(from(batches()).pipe(whole.stages));
  for (let k = 0; k <= 3; k++) {
    const first = setUp();
    if (k > 0) await lastValueFrom(from(batches().slice(0, k)).pipe(first.stages));
    const snapshot = first.state.snapshot();
    const second = setUp();
    second.state.restore(snapshot);
    t.is(second.state.step, k);
    if (k < 3) await lastValueFrom(from(batches().slice(k)).pipe(second.stages));
    t.deepEqual(second.network.parameters, whole.network.parameters);
    t.deepEqual(second.state.snapshot(), whole.state.snapshot());
  }
});

test('a snapshot is a copy, named by layer and moment', async (t) => {
  const { state, stages } = setUp();
  const snapshot = state.snapshot();
  const before = structuredClone(snapshot);
  await lastValueFrom(from(batches()).pipe(stages));
  t.deepEqual(snapshot, before);
  t.deepEqual(Object.keys(snapshot.tensors).slice(0, 5), [
    '1.dense.w',
    '1.dense.b',
    '3.dense.w',
    '3.dense.b',
    'adam.m/1.dense.w',
  ]);
  t.deepEqual(snapshot.tensors['1.dense.w'].shape, [2, 3]);
});

test('refuses a snapshot of another network or optimizer, and changes nothing', (t) => {
  const { network, state } = setUp();
  const { tensors, counters } = state.snapshot();
  const before = network.parameters.slice();
  const { 'adam.v/3.dense.b': _, ...missing } = tensors;
  const zeros = { shape: [2, 3], data: new Float64Array(6) };
  t.throws(() => state.restore({ tensors: { ...missing, '1.dense.w': zeros }, counters }), {
    name: 'ResumeError',
    message: /^tensor adam\.v\/3\.dense\.b: expected shape \[1\], got no such tensor/,
  });
  const turned = { ...tensors, '1.dense.w': { ...zeros, shape: [3, 2] } };
  t.throws(() => state.restore({ tensors: turned, counters }), {
    name: 'ResumeError',
    message: /^tensor 1\.dense\.w: expected shape \[2, 3\], got \[3, 2\]/,
  });
  t.deepEqual(network.parameters, before);
});

test('a learning rate so high that the loss overflows stops the run, with step, layer and what to do', async (t) => {
  const { engine, network } = setUp();
  const optimizer = sgd({ learningRate: 1e200 });
  const state = createTrainingState(network, optimizer, engine);
  const run = lastValueFrom(
    of(batches()[0]).pipe(
      repeat(10),
      forward(network, { mode: 'training' }),
      lossOf(loss, network),
      backward(network),
      update(network, optimizer, state),
    ),
  );
  const error = (await t.throwsAsync(run, { instanceOf: NumericError })) as NumericError;
  t.is(error.where, `training, step ${state.step + 1}`);
  t.regex(error.received, /first in the (output|gradient) of [13]\.dense/);
  t.regex(error.hint as string, /learning rate smaller than 1e\+200/);
});

test('a feature that is not finite is named as the input, and the parameters stay as they were', async (t) => {
  const { engine, network, stages } = setUp();
  const before = network.parameters.slice();
  const batch = miniBatchOf(engine, [[Number.NaN, 1]], [1]);
  await t.throwsAsync(lastValueFrom(of(batch).pipe(stages)), {
    name: 'NumericError',
    message: /training, step 1: .*output of input.*features/,
  });
  t.deepEqual(network.parameters, before);
});

test('a loss that does not fit the network is refused before the first row', (t) => {
  const { network } = setUp();
  t.throws(() => lossOf(crossEntropy(), network), { name: 'ShapeError', message: /at least 2, got 1/ });
  t.throws(() => evaluate(network, crossEntropy(), { kind: 'classes' }), { name: 'ShapeError' });
});

test('evaluating changes no parameters and scores all rows', async (t) => {
  const { network } = setUp();
  const before = network.parameters.slice();
  const score = await lastValueFrom(from(batches()).pipe(evaluate(network, loss, { kind: 'binary' })));
  t.is(score.rows, 9);
  t.deepEqual(Object.keys(score.metrics), metricNames('binary'));
  t.deepEqual(Object.keys(score.baseline), metricNames('binary'));
  t.deepEqual(network.parameters, before);
});

test('stages out of order do not compile', (t) => {
  const { network, optimizer, state } = setUp();
  const batches$ = from(batches());
  // @ts-expect-error there is no output yet
  batches$.pipe(lossOf(loss, network));
  // @ts-expect-error what was made to predict cannot be carried back
  batches$.pipe(forward(network, { mode: 'inference' }), lossOf(loss, network), backward(network));
  // @ts-expect-error there is no loss yet
  batches$.pipe(forward(network, { mode: 'training' }), backward(network));
  // @ts-expect-error there is no gradient yet
  batches$.pipe(forward(network, { mode: 'training' }), lossOf(loss, network), update(network, optimizer, state));
  // @ts-expect-error an optimizer where the network belongs
  update(optimizer, network, state);
  // @ts-expect-error no step before the update
  const step: (scored: Scored) => Step = (scored) => scored;
  // @ts-expect-error no gradient before backward
  const gradient: (scored: Scored) => Differentiated = (scored) => scored;
  t.truthy([step, gradient]);
});

test('forward does not compile without a mode, and refuses to run', (t) => {
  const { network } = setUp();
  const refused = (received: string) => ({
    name: 'OptionError',
    message: `forward: mode: expected 'training' or 'inference', got ${received}. Say { mode: 'training' } before lossOf and backward, { mode: 'inference' } to predict.`,
  });
  // @ts-expect-error the mode is for the caller to choose
  t.throws(() => forward(network), refused('undefined'));
  // @ts-expect-error no such mode
  t.throws(() => forward(network, { mode: 'train' }), refused('"train"'));
});

test('a row that is predicted does not depend on other rows or on chance', async (t) => {
  const engine = openEngine('reference');
  const layers = [dense(20), batchNorm(), relu(), dropout(0.5), dense(1)];
  const network = compileNetwork({ layers, layout: layoutOf(2), engine, batch: 4, seed: 7 });
  const [whole] = batches();
  const outputs = (mode: Mode, ...given: MiniBatch[]) =>
    lastValueFrom(
      from(given).pipe(
        forward(network, { mode }),
        map(({ output, n }) => [...output.subarray(0, n)]),
        toArray(),
        map((all) => all.flat()),
      ),
    );
  const row = (i: number): MiniBatch => ({ ...whole, n: 1, x: whole.x.subarray(2 * i, 2 * i + 2) });
  const rows = [0, 1, 2, 3].map(row);
  t.deepEqual(await outputs('inference', ...rows), await outputs('inference', whole));
  t.notDeepEqual(await outputs('training', ...rows), await outputs('training', whole));
});

test('what was made to predict is not carried back, whatever the types were made to say', async (t) => {
  const { network } = setUp();
  const predicting = forward(network, { mode: 'inference' }) as unknown as OperatorFunction<
    MiniBatch,
    Forwarded<'training'>
  >;
  await t.throwsAsync(lastValueFrom(from(batches()).pipe(predicting, lossOf(loss, network), backward(network))), {
    name: 'ShapeError',
    message:
      'network: backward: expected the rows of the last forward pass, in training mode, got 4 rows after one of 4 rows in inference mode.',
  });
});

test('predictions are scored in the mode that they were made in', async (t) => {
  const { network } = setUp();
  const scored = await lastValueFrom(
    of(batches()[0]).pipe(forward(network, { mode: 'inference' }), lossOf(loss, network)),
  );
  const mode: 'inference' = scored.mode;
  t.is(mode, 'inference');
  t.true(scored.loss > 0);
});

test('weights of rows go from the mini-batch to the loss', async (t) => {
  const { engine, network, optimizer, state } = setUp();
  const [batch] = batches();
  const weights = engine.vector(4);
  weights.set([0, 1, 0, 0]);
  const of1 = miniBatchOf(engine, [[...batch.x.subarray(2, 4)]], [batch.y[1]]);
  const stages = () => pipe(forward(network, { mode: 'training' }), lossOf(loss, network), backward(network));
  const alone = await lastValueFrom(of(of1).pipe(stages()));
  const gradient = alone.gradient.slice();
  const weighted = await lastValueFrom(of({ ...batch, weights }).pipe(stages()));
  t.is(weighted.loss, alone.loss);
  t.deepEqual(weighted.gradient.slice(), gradient);
  const step = await lastValueFrom(of({ ...batch, weights }).pipe(stages(), update(network, optimizer, state)));
  t.is(step.rows, 4);
});

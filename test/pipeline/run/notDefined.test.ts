import test, { type ExecutionContext } from 'ava';
import {
  adam,
  binary,
  binaryCrossEntropy,
  classes,
  crossEntropy,
  DataError,
  definePipeline,
  dense,
  earlyStopping,
  meanSquaredError,
  memory,
  numeric,
  OptionError,
  onPlateau,
  type PipelineOptions,
  regression,
  type Sink,
  train,
  type Validation,
} from '../../../src/index.ts';
import { temporaryFolder } from '../run.ts';

/** Of 400 rows only one is of class 1, and it is not among the 15 that are held out. */
const rare = Array.from({ length: 400 }, (_, i) => ({ a: Math.sin(i), y: i === 7 ? 1 : 0 }));

const steps: Sink & { readonly seen: string[] } = {
  name: 'steps',
  onError: 'stop',
  seen: [],
  open: () => ({
    write: ({ kind }) => {
      steps.seen.push(kind);
    },
    close() {},
  }),
};

const options: PipelineOptions = {
  name: 'rare',
  source: memory(rare),
  features: { a: numeric() },
  target: binary('y'),
  split: { validation: 0.05 },
  batch: 16,
  epochs: 3,
  network: [dense(1)],
  loss: binaryCrossEntropy(),
  optimizer: adam(),
  seed: 1,
};

const run = async (t: ExecutionContext, given: Partial<PipelineOptions>) =>
  train(definePipeline({ ...options, ...given }), { directory: await temporaryFolder(t), engine: 'wasm' });

test.serial(
  'a metric that is not defined for the rows that are held out is refused before the first step, by who waits for it',
  async (t) => {
    const wanted = 'expected a metric that is defined for the 15 held-out rows';
    const hint = 'Hold more rows out (split.validation), or others (split.seed), or watch logLoss.';
    steps.seen.length = 0;
    const rate = onPlateau({ learningRate: 0.1, metric: 'prAuc' });
    for (const [given, message] of [
      [
        { earlyStopping: earlyStopping({ metric: 'auc' }) },
        `earlyStopping: metric: ${wanted}, got auc, which is not: all are of class 0. ${hint}`,
      ],
      [
        { optimizer: adam({ learningRate: rate }) },
        `onPlateau: metric: ${wanted}, got prAuc, which is not: all are of class 0. ${hint}`,
      ],
    ] as const) {
      await t.throwsAsync(run(t, { ...given, sinks: [steps] }), { instanceOf: DataError, message });
    }
    const two = {
      source: memory(rare.map(({ a, y }, i) => ({ a, y: y === 0 && i % 3 === 0 ? 'very good' : 'bad' }))),
      target: classes('y'),
      network: [dense(2)],
      loss: crossEntropy(),
      earlyStopping: earlyStopping({ metric: 'top3' }),
    };
    await t.throwsAsync(run(t, { ...two, sinks: [steps] }), {
      instanceOf: OptionError,
      message: 'earlyStopping: metric: expected one of accuracy, macroF1, logLoss, got top3.',
    });
    t.deepEqual(steps.seen, []);
    const { epochs } = await run(t, { earlyStopping: earlyStopping({ metric: 'logLoss' }), sinks: [steps] });
    t.is(epochs, 3);
    t.true(steps.seen.length > 0);
  },
);

test.serial('where only the numbers show it, it is refused at the first validation', async (t) => {
  const constant = rare.map(({ a, y }) => ({ a, y: y === 1 ? 3 : 2.5 }));
  steps.seen.length = 0;
  const given = { source: memory(constant), target: regression('y'), loss: meanSquaredError(), sinks: [steps] };
  await t.throwsAsync(run(t, { ...given, earlyStopping: earlyStopping({ metric: 'r2' }) }), {
    instanceOf: DataError,
    message:
      'earlyStopping: metric: expected a metric that is defined for the 15 held-out rows, got r2, which is not: the target is 2.5 in all ' +
      'of them. Hold more rows out (split.validation), or others (split.seed), or watch mse.',
  });
  t.true(steps.seen.includes('step'));
  t.false(steps.seen.includes('epoch'));
});

test.serial('without anybody who waits for it, validations and the summary tell why it is not there', async (t) => {
  const validations: Validation[] = [];
  const sink: Sink = {
    ...steps,
    open: () => ({
      write: (event) => {
        if (event.kind === 'validation') validations.push(event);
      },
      close() {},
    }),
  };
  const notDefined = { auc: 'all are of class 0', prAuc: 'all are of class 0' };
  const summary = await run(t, { sinks: [sink] });
  t.deepEqual(
    validations.map((validation) => validation.notDefined),
    [notDefined, notDefined, notDefined],
  );
  t.deepEqual(summary.notDefined, notDefined);
  t.false(Object.hasOwn(summary.validation!, 'auc'));
  t.deepEqual((await run(t, { split: { validation: 0.5 } })).notDefined, {});
  t.is((await run(t, { split: { validation: 0 } })).notDefined, null);
});

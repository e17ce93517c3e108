import { readFileSync } from 'node:fs';
import test from 'ava';
import { layerLaws } from '../../src/laws.ts';
import { otherNames } from '../../src/options/otherNames.ts';
import { entryPoints, millrace } from '../entryPoints.ts';

const { memory, relu, huber, atLeast } = millrace;
const source = memory([{ x: 1 }]);
const gate = millrace.createGate();
const engine = millrace.openEngine('reference');
const layout = { words: 1, width: 1, fields: [] };
const pipeline = millrace.definePipeline({
  name: 'p',
  source,
  features: { x: millrace.numeric() },
  target: millrace.regression('y'),
  batch: 1,
  network: [millrace.dense(1)],
  loss: huber(),
  optimizer: millrace.adam(),
});
const score = { features: pipeline.features, target: pipeline.target };
const preprocessor = { encoder() {} } as never;

/** Every exported function that takes an object of options, called with what it needs and one more: its arguments, the options last. */
const calls: Readonly<Record<string, (unknown: object) => unknown>> = {
  activation: (more) => millrace.activation({ kind: 'a', f: (z) => z, derivative: () => 1, ...more }),
  adagrad: (more) => millrace.adagrad(more),
  adam: (more) => millrace.adam(more),
  adamW: (more) => millrace.adamW(more),
  arrowIpc: (more) => millrace.arrowIpc('a', more),
  batchNorm: (more) => millrace.batchNorm(more),
  binary: (more) => millrace.binary('a', more),
  binaryCrossEntropy: (more) => millrace.binaryCrossEntropy(more),
  bucket: (more) => millrace.bucket('a', [1], more),
  checkGradient: (more) => millrace.checkGradient(relu(), more),
  checkRows: (more) => millrace.checkRows({ ...score, ...more }),
  checkpoint: (more) => millrace.checkpoint(more),
  classes: (more) => millrace.classes('a', more),
  clip: (more) => millrace.clip('a', { least: 0, ...more }),
  compileNetwork: (more) => millrace.compileNetwork({ layers: [relu()], layout, engine, batch: 1, seed: 1, ...more }),
  concatenate: (more) => millrace.concatenate(['a', 'b'], more),
  constantRate: (more) => millrace.constantRate({ learningRate: 1, ...more }),
  cosineDecay: (more) => millrace.cosineDecay({ learningRate: 1, steps: 1, ...more }),
  createFanOut: (more) => millrace.createFanOut({ sinks: [], run: {} as never, hold: gate.hold, ...more }),
  createFitter: (more) => millrace.createFitter({ ...score, ...more }),
  createGate: (more) => millrace.createGate(more),
  createSpill: (more) => millrace.createSpill({ directory: '.', memoryMB: 1, layout, rows: 1, seed: 1, ...more }),
  createEvaluation: (more) => millrace.createEvaluation(huber(), { kind: 'regression' }, more),
  cron: (more) => millrace.cron('0 3 * * *', more),
  crossEntropy: (more) => millrace.crossEntropy(more),
  csv: (more) => millrace.csv('a', more),
  cyclical: (more) => millrace.cyclical('a', { period: 1, ...more }),
  dayOfWeek: (more) => millrace.dayOfWeek('a', more),
  dayOfYear: (more) => millrace.dayOfYear('a', more),
  badRowFile: (more) => millrace.badRowFile('a', more),
  defineJob: (more) => millrace.defineJob({ name: 'j', pipeline, schedule: millrace.manual(), checks: [], ...more }),
  definePipeline: (more) => millrace.definePipeline({ ...pipeline, ...more }),
  dense: (more) => millrace.dense(1, more),
  derive: (more) => millrace.derive('a', ['b'], () => 1, more),
  deriveColumns: (more) => millrace.deriveColumns([], more),
  describe: (more) => millrace.describe(pipeline, more),
  difference: (more) => millrace.difference('a', 'b', more),
  earlyStopping: (more) => millrace.earlyStopping({ metric: 'auc', ...more }),
  elu: (more) => millrace.elu(more),
  embedding: (more) => millrace.embedding(1, more),
  encode: (more) => millrace.encode(preprocessor, more),
  equals: (more) => millrace.equals('a', 1, more),
  evaluate: (more) =>
    millrace.evaluate({ outputs: 1 } as never, millrace.binaryCrossEntropy(), { kind: 'binary' }, more),
  evaluateModel: (more) => millrace.evaluateModel({} as never, 'all', more),
  every: (more) => millrace.every({ days: 1, ...more }),
  explain: (more) => millrace.explain({} as never, source, more),
  exportModel: (more) => millrace.exportModel('a', 'onnx', more),
  exponentialDecay: (more) => millrace.exponentialDecay({ learningRate: 1, factor: 1, ...more }),
  f1: (more) => millrace.f1(more),
  filterRows: (more) => millrace.filterRows(source, ['x'], () => true, more),
  gelu: (more) => millrace.gelu(more),
  greaterThan: (more) => millrace.greaterThan('a', 1, more),
  he: (more) => millrace.he(more),
  health: (more) => millrace.health({} as never, millrace.crossEntropy(), more),
  hourOfDay: (more) => millrace.hourOfDay('a', more),
  http: (more) => millrace.http('http://a', more),
  huber: (more) => huber(more),
  improves: (more) => millrace.improves('auc', more),
  inspect: (more) => millrace.inspect(source, { target: 'x', ...more }),
  joinLabels: (more) => millrace.joinLabels(millrace.csv('a'), millrace.csv('b'), { on: ['a'], ...more }),
  jsonLines: (more) => millrace.jsonLines('a', more),
  layerLaws: (more) => layerLaws('relu', relu, more),
  layerNorm: (more) => millrace.layerNorm(more),
  leakyRelu: (more) => millrace.leakyRelu(more),
  lecun: (more) => millrace.lecun(more),
  log1p: (more) => millrace.log1p('a', more),
  lower: (more) => millrace.lower('a', more),
  product: (more) => millrace.product('a', 'b', more),
  ratio: (more) => millrace.ratio('a', 'b', more),
  lion: (more) => millrace.lion(more),
  loadModel: (more) => millrace.loadModel('a', more),
  loadTrained: (more) => millrace.loadTrained('a', pipeline, more),
  log: (more) => millrace.log(more),
  memory: (more) => memory([], more),
  miniBatch: (more) => millrace.miniBatch({ size: 1, engine, layout, ...more }),
  mix: (more) => millrace.mix([source], { weights: [1], seed: 1, ...more }),
  mlflow: (more) => millrace.mlflow({ url: 'http://a', ...more }),
  movingAverage: (more) => millrace.movingAverage(more),
  nadam: (more) => millrace.nadam(more),
  ndjsonMetrics: (more) => millrace.ndjsonMetrics(more),
  newRows: (more) => millrace.newRows(more),
  noSliceWorse: (more) => millrace.noSliceWorse('auc', { by: 'a', ...more }),
  normal: (more) => millrace.normal(more),
  numeric: (more) => millrace.numeric(more),
  onNewData: (more) => millrace.onNewData({ minRows: 1, ...more }),
  onPlateau: (more) => millrace.onPlateau({ learningRate: 1, metric: 'auc', ...more }),
  oneCycle: (more) => millrace.oneCycle({ learningRate: 1, steps: 1, ...more }),
  openTelemetry: (more) => millrace.openTelemetry(more),
  oneHot: (more) => millrace.oneHot(more),
  openEngine: (more) => millrace.openEngine('reference', more),
  orthogonal: (more) => millrace.orthogonal(more),
  parquet: (more) => millrace.parquet('a', more),
  parquetMetrics: (more) => millrace.parquetMetrics(more),
  planNetwork: (more) => millrace.planNetwork({ layers: [relu()], layout, ...more }),
  polynomialDecay: (more) => millrace.polynomialDecay({ learningRate: 1, steps: 1, ...more }),
  precision: (more) => millrace.precision(more),
  prelu: (more) => millrace.prelu(more),
  progress: (more) => millrace.progress(more),
  prometheus: (more) => millrace.prometheus(more),
  quantile: (more) => millrace.quantile({ q: 0.5, ...more }),
  recall: (more) => millrace.recall(more),
  regression: (more) => millrace.regression('a', more),
  rmsProp: (more) => millrace.rmsProp(more),
  saveCheckpoint: (more) => millrace.saveCheckpoint('a', { tensors: {}, state: {} }, { step: 1, ...more }),
  serve: (more) => millrace.serve({ models: { a: 'b' }, ...more }),
  sgd: (more) => millrace.sgd({ learningRate: 1, ...more }),
  integratedGradients: (more) => millrace.integratedGradients({} as never, {}, { background: [{}], ...more }),
  shapley: (more) => millrace.shapley({} as never, {}, { background: [{}], ...more }),
  shuffle: (more) => millrace.shuffle({ memoryMB: 1, layout, seed: 1, epoch: 0, ...more }),
  skipRows: (more) => millrace.skipRows(more),
  splitColumns: (more) => millrace.splitColumns({ ...score, ...more }),
  splitRows: (more) => millrace.splitRows({ validation: 0.1, side: 'training', ...more }),
  sql: (more) => millrace.sql('SELECT 1', { orderBy: 'a', ...more }),
  stepDecay: (more) => millrace.stepDecay({ learningRate: 1, everySteps: 1, ...more }),
  train: (more) => millrace.train(pipeline, { directory: 'a', ...more }),
  tensorboard: (more) => millrace.tensorboard(more),
  truncatedNormal: (more) => millrace.truncatedNormal(more),
  tsv: (more) => millrace.tsv('a', more),
  uniform: (more) => millrace.uniform(more),
  vector: (more) => millrace.vector(1, more),
  watch: (more) => millrace.watch('a', millrace.csv, more),
  webhook: (more) => millrace.webhook('http://a', more),
  writeReport: (more) => millrace.writeReport(['a'], more),
  xavier: (more) => millrace.xavier(more),
};

for (const [name, call] of Object.entries(calls)) {
  test(`${name} refuses an option that it does not have, and names it`, async (t) => {
    const error = await t.throwsAsync(async () => call({ anOptionOfAnotherTool: 1 }), { name: 'OptionError' });
    t.regex(
      error?.message ?? '',
      new RegExp(`^${name}: expected (options among .*|no options), got anOptionOfAnotherTool`),
    );
  });
}

test('every exported function that takes options is among them', async (t) => {
  const source = [...entryPoints.values()].map((path) => readFileSync(path, 'utf8'));
  const exported = source.join('').matchAll(/^export \{([^}]*)\} from '([^']+)';$/gm);
  let found = 0;
  for (const [, names, path] of exported) {
    const text = readFileSync(new URL(path, new URL('../../src/', import.meta.url)), 'utf8');
    for (const name of names.split(',').map((each) => each.trim())) {
      const parameters = new RegExp(`^export (?:async )?function ${name}(?:<[^(]*>)?\\(([^]*?)\\): `, 'm').exec(
        text,
      )?.[1];
      if (!parameters || !/: (\w+Options|SplitRows|\w+Limit)( = \{\})?[,)\s]*$/.test(parameters)) continue;
      found++;
      t.true(Object.hasOwn(calls, name), name);
    }
  }
  t.true(found > 80, `${found}`);
});

test('what options are called elsewhere are names of options that there are', (t) => {
  const messages = Object.values(calls).map((call) => {
    try {
      Promise.resolve(call({ anOptionOfAnotherTool: 1 })).catch(() => {});
    } catch (error) {
      return `${error}`;
    }
    return '';
  });
  // Those of objects within options, and of functions that answer later.
  const inner = 'validation by directory memoryMB spill maxDiskMB limit first everySteps';
  const words = new Set(`${messages.join(' ')} ${inner}`.split(/[\s,]+/));
  for (const name of Object.keys(otherNames)) t.true(words.has(name), name);
});

test('the names of other tools are told from ours', (t) => {
  const refusals = [
    [() => millrace.adam({ lr: 1 } as object), 'Did you mean learningRate'],
    [() => millrace.rmsProp({ alpha: 0.9 } as object), 'Did you mean decay'],
    [() => millrace.definePipeline({ ...pipeline, batchSize: 32 } as never), 'Did you mean batch'],
    [() => millrace.definePipeline({ ...pipeline, callbacks: [] } as never), 'Did you mean sinks'],
    [() => millrace.csv('a', { sep: ';' } as object), 'Did you mean delimiter'],
    [() => millrace.csv('a', { na_values: [] } as object), 'Did you mean nulls'],
    [() => millrace.earlyStopping({ metric: 'auc', min_delta: 1 } as never), 'Did you mean minDelta'],
    [() => millrace.checkpoint({ max_to_keep: 1 } as object), 'Did you mean keep'],
    [() => millrace.leakyRelu({ negative_slope: 1 } as object), 'Did you mean slope'],
    [
      () =>
        millrace.defineJob({ name: 'j', pipeline, schedule: millrace.manual(), gate: [atLeast('auc', 1)] } as never),
      'Did you mean checks',
    ],
  ] as const;
  for (const [call, hint] of refusals) {
    const error = t.throws(call, { name: 'OptionError' });
    t.true(error?.message.endsWith(`${hint}.`), error?.message);
  }
});

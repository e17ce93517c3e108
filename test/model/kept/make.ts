import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripModel } from '../../../src/exchange.ts';
import {
  adam,
  batchNorm,
  binary,
  binaryCrossEntropy,
  bucket,
  checkpoint,
  classes,
  clip,
  concatenate,
  crossEntropy,
  cyclical,
  dayOfWeek,
  definePipeline,
  dense,
  dropout,
  earlyStopping,
  embedding,
  greaterThan,
  hourOfDay,
  log1p,
  meanSquaredError,
  memory,
  movingAverage,
  numeric,
  oneHot,
  type Pipeline,
  prelu,
  ratio,
  regression,
  relu,
  residual,
  train,
  vector,
} from '../../../src/index.ts';
import { loadModel } from '../../../src/model.ts';
import { version } from '../../../src/version.ts';

/**
 * Writes models of this version of Millrace and what they predict, to be kept: `npx node test/model/kept/make.ts`. Run it once for a version, and never
 * over what is there.
 */

const rows = Array.from({ length: 400 }, (_, i) => ({
  size: i % 11 === 3 ? null : Math.sin(i) * 40,
  seen: i % 13 === 5 ? null : i % 3 === 0,
  color: i % 7 === 2 ? null : ['rot', 'grün', '蓝'][i % 3],
  city: i % 17 === 4 ? null : `city ${i % 5}`,
  at: i % 19 === 6 ? null : new Date((i - 200) * 32_000_000),
  spots: i % 23 === 7 ? null : [Math.cos(i), i / 300],
  late: Math.sin(i) + Math.cos(5 * i) / 2 > 0,
  kind: ['a', 'b', 'ç'][(i * 7) % 3],
  price: 100 + 30 * Math.sin(i),
}));

const common = {
  source: memory(rows),
  derive: [
    hourOfDay('at'),
    dayOfWeek('at'),
    cyclical('hour', { period: 24 }),
    clip('size', { least: 0, as: 'part' }),
    log1p('part'),
    bucket('size', [-20, 0, 20]),
    concatenate(['color', 'city']),
  ],
  split: { validation: 0.3 },
  batch: 32,
  optimizer: adam({ learningRate: 1e-2 }),
  epochs: 2,
  sinks: [checkpoint()],
  seed: 3,
} as const;

const features = {
  size: numeric({ missing: 'indicator' }),
  partLog1p: numeric({ scale: 'minMax', missing: { constant: 1 } }),
  sizeBucket: oneHot(),
  seen: numeric({ scale: 'none' }),
  hourSin: numeric(),
  hourCos: numeric(),
  weekday: oneHot(),
  color: oneHot({ missing: 'category' }),
  colorCity: embedding(2),
  spots: vector(2, { missing: 'mean' }),
} as const;

const pipelines: Readonly<Record<string, { readonly pipeline: Pipeline; readonly isStripped: boolean }>> = {
  binary: {
    pipeline: definePipeline({
      ...common,
      name: 'kept-binary',
      features,
      target: binary('late'),
      network: [dense(6), residual([dense(6), relu()]), batchNorm(), prelu(), dropout(0.1), dense(1)],
      loss: binaryCrossEntropy(),
      movingAverage: movingAverage({ decay: 0.9 }),
      earlyStopping: earlyStopping({ metric: 'logLoss', patience: 2 }),
      threshold: 'f1',
      calibrate: 'isotonic',
    }),
    isStripped: false,
  },
  classes: {
    pipeline: definePipeline({
      ...common,
      name: 'kept-classes',
      features,
      target: classes('kind'),
      network: [dense(5), relu(), dense(3)],
      loss: crossEntropy(),
      calibrate: 'platt',
    }),
    isStripped: true,
  },
  regression: {
    pipeline: definePipeline({
      ...common,
      name: 'kept-regression',
      derive: [...common.derive, ratio('part', 'size'), greaterThan('size', 10)],
      features: { ...features, partPerSize: numeric(), sizeAbove: numeric() },
      target: regression('price'),
      network: [dense(5), relu(), dense(1)],
      loss: meanSquaredError(),
    }),
    isStripped: true,
  },
};

const folder = new URL(`./${version}/`, import.meta.url).pathname;
await mkdir(folder);
for (const [name, { pipeline, isStripped }] of Object.entries(pipelines)) {
  const directory = await mkdtemp(join(tmpdir(), 'kept-'));
  const file = join(folder, `${name}.safetensors`);
  const { checkpoint } = await train(pipeline, { directory, engine: 'wasm-strict' });
  if (isStripped) await stripModel(checkpoint!, file);
  else await copyFile(checkpoint!, file);
  await rm(directory, { recursive: true });
  const model = await loadModel(file, { engine: 'wasm-strict' });
  const asked = rows.slice(0, 24).map((row) => ({ ...row, at: row.at?.toISOString() ?? null }));
  const { hash, step, threshold, schema } = model;
  const predictions = model.predictRows(asked);
  const given = asked.map(({ late: _, kind: __, price: ___, ...row }) => row);
  const text = JSON.stringify(
    { hash, step, threshold, columns: schema.columns.map((column) => column.name), rows: given, predictions },
    null,
    1,
  );
  await writeFile(join(folder, `${name}.json`), `${text}\n`);
  model.close();
}

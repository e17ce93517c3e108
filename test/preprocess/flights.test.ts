import { readFileSync } from 'node:fs';
import { type RecordBatch, tableFromIPC } from 'apache-arrow';
import test from 'ava';
import { from } from 'rxjs';
import { splitRows } from '../../src/batch/splitRows.ts';
import { numeric } from '../../src/preprocess/declare/numeric.ts';
import { oneHot } from '../../src/preprocess/declare/oneHot.ts';
import { regression } from '../../src/preprocess/declare/regression.ts';
import { derive } from '../../src/preprocess/derive/derive.ts';
import { deriveColumns } from '../../src/preprocess/derive/deriveColumns.ts';
import { createFitter } from '../../src/preprocess/fit/fitter.ts';
import type { Batch } from '../../src/source/types.ts';

const file = new URL('../../node_modules/vega-datasets/data/flights-200k.arrow', import.meta.url);
const { batches } = tableFromIPC(readFileSync(file));
const sizes = [1000, 70_000, 1, 200_000];

/** The flights in record batches of uneven sizes. */
function* flights(): Generator<Batch> {
  const [records] = batches as RecordBatch[];
  let at = 0;
  for (let i = 0; at < records.numRows; i++) {
    const end = Math.min(records.numRows, at + sizes[i % sizes.length]);
    yield { records: records.slice(at, end), cursor: at };
    at = end;
  }
}

test('fits and encodes real flights as a loop over rows would', (t) => {
  const all: Batch[] = [];
  from(flights())
    .pipe(
      splitRows({ validation: 0.2, seed: 7, side: 'training' }),
      deriveColumns([derive('hour', ['time'], (time: number) => Math.floor(time))]),
    )
    .subscribe((batch) => all.push(batch));
  const features = { distance: numeric(), hour: oneHot() };
  const fitter = createFitter({ features, target: regression('delay') }, all[0].records.schema);
  for (const batch of all) fitter.add(batch);
  const preprocessor = fitter.finish();

  const rows = all.flatMap(({ records, selected }) => {
    const [distance, hour, delay] = ['distance', 'hour', 'delay'].map((name) => records.getChild(name));
    return [...(selected ?? [])].map((row) => ({
      distance: Number(distance?.get(row)),
      hour: Number(hour?.get(row)),
      delay: Number(delay?.get(row)),
    }));
  });
  const mean = rows.reduce((sum, { distance }) => sum + distance, 0) / rows.length;
  const deviation = Math.sqrt(rows.reduce((sum, { distance }) => sum + (distance - mean) ** 2, 0) / rows.length);
  const counts = new Map<number, number>();
  for (const { hour } of rows) counts.set(hour, (counts.get(hour) ?? 0) + 1);
  const hours = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([hour]) => hour);

  const { target, state } = preprocessor;
  const fitted = state as unknown as { features: [{ shift: number; scale: number }, { values: number[] }] };
  t.true(Math.abs(fitted.features[0].shift / mean - 1) < 1e-12);
  t.true(Math.abs(fitted.features[0].scale / deviation - 1) < 1e-12);
  t.deepEqual(fitted.features[1].values, hours);

  const encoder = preprocessor.encoder();
  const words = all.flatMap((batch) => [...encoder.encode(batch, { missing: 0, unseen: 0 })]);
  const codes = new Int32Array(Float32Array.from(words).buffer);
  let wrong = 0;
  rows.forEach(({ distance, hour, delay }, i) => {
    const { shift, scale } = fitted.features[0];
    if (words[3 * i] !== Math.fround((distance - shift) / scale)) wrong++;
    if (codes[3 * i + 1] !== hours.indexOf(hour) + 1) wrong++;
    if (words[3 * i + 2] !== Math.fround((delay - (target.mean ?? 0)) / (target.deviation ?? 1))) wrong++;
  });
  t.is(wrong, 0);
  t.true(rows.length > 0.79 * 200_000);
});

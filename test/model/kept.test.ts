import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { loadSaved } from '../../src/model/savedState.ts';
import { loadModel, type ModelRow, type Prediction } from '../../src/model.ts';

interface Kept {
  readonly hash: string;
  readonly step: number;
  readonly threshold: number;
  readonly columns: readonly string[];
  readonly rows: readonly ModelRow[];
  readonly predictions: readonly Prediction[];
}

const folder = 'test/model/kept';
const models = readdirSync(folder, { withFileTypes: true })
  .filter((each) => each.isDirectory())
  .flatMap(({ name: version }) =>
    readdirSync(join(folder, version)).flatMap((name) =>
      name.endsWith('.safetensors') ? [{ version, path: join(folder, version, name) }] : [],
    ),
  );

function rounded(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, each) => (typeof each === 'number' ? each.toPrecision(12) : each)));
}

test('models of every version are kept', (t) => {
  t.true(models.some(({ version }) => version === '0.1.0'));
});

for (const { version, path } of models) {
  const kept: Kept = JSON.parse(readFileSync(path.replace(/safetensors$/, 'json'), 'utf8'));

  test(`${path} loads, and predicts what it did when it was written, to twelve digits`, async (t) => {
    const model = await loadModel(path, { engine: 'wasm-strict', tell() {} });
    t.teardown(() => model.close());
    const { hash, step, threshold, schema } = model;
    t.deepEqual(
      { hash, step, threshold, columns: schema.columns.map(({ name }) => name) },
      { hash: kept.hash, step: kept.step, threshold: kept.threshold, columns: kept.columns },
    );
    // The engine has the same bits everywhere; the exponential function of another V8 need not.
    t.deepEqual(rounded(model.predictRows(kept.rows)), rounded(kept.predictions));
    t.is((await loadSaved(path)).state.version, version);
  });
}

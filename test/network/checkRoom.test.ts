import test from 'ava';
import { dense, MillraceError } from '../../src/index.ts';
import { compileNetwork, openEngine } from '../../src/operators.ts';
import type { Field, RowLayout } from '../../src/preprocess/types.ts';

const target: Field = { kind: 'target', name: 'y', word: 1 };
const layoutOf = (width: number, field: Field): RowLayout => ({ words: 2, width, fields: [field, target] });

for (const [what, layout, units, batch, message] of [
  [
    'the categories of a one-hot feature',
    layoutOf(300_001, { kind: 'oneHot', name: 'customer id', word: 0, column: 0, size: 300_001 }),
    8,
    4096,
    // 2 · 4,096 rows · 300,001 columns · 4 bytes = 9.83 GB; 2 · 300,001 · 8 parameters are 0.02 GB.
    /suffice, got such that take 9\.8 GB or more, 9\.8 GB of it for the 300,001 columns of the feature 'customer id', one for each category, in mini-batches of 4,096 rows\. .* embedding\(8\), .* oneHot\({ maxSize: 1000 }\); or use a smaller batch\.$/,
  ],
  [
    'the table of an embedding',
    layoutOf(64, { kind: 'embedding', name: 'word', word: 0, column: 0, size: 10_000_000, width: 64 }),
    8,
    16,
    // 2 · 10,000,000 · 64 · 4 bytes = 5.12 GB.
    /take 5\.1 GB or more, 5\.1 GB of it for the table of the feature word, of 64 numbers for each of 10,000,000 categories\. .* embedding\(64, { maxSize: 10000 }\)/,
  ],
  [
    'a list of numbers',
    layoutOf(1_000_000, { kind: 'numbers', name: 'pixels', word: 0, column: 0, count: 1_000_000 }),
    1,
    1000,
    /8\.0 GB of it for the 1,000,000 columns of the feature pixels in mini-batches of 1,000 rows\. Use a smaller batch\.$/,
  ],
  [
    'a layer',
    layoutOf(30_000, { kind: 'numbers', name: 'x', word: 0, column: 0, count: 30_000 }),
    30_000,
    10,
    /7\.2 GB of it for the 900,030,000 parameters of layer 1\.dense\. Use fewer units\.$/,
  ],
] as const) {
  test(`${what} that outgrow the engine's memory are named before any of it is taken`, (t) => {
    const engine = openEngine('wasm');
    const room = engine.room!();
    const compile = () => compileNetwork({ layers: [dense(units)], layout, engine, batch, seed: 1 });
    t.throws(compile, { instanceOf: MillraceError, message });
    t.is(engine.room!(), room);
  });
}

test('what fits is not refused', (t) => {
  const engine = openEngine('wasm');
  const layout = layoutOf(1000, { kind: 'oneHot', name: 'id', word: 0, column: 0, size: 1000 });
  const room = engine.room!();
  compileNetwork({ layers: [dense(8)], layout, engine, batch: 512, seed: 1 });
  t.true(engine.room!() < room);
});

import test from 'ava';
import fc from 'fast-check';
import { createByteTable } from '../../../src/source/column/byteTable.ts';

const encoder = new TextEncoder();

/** Strings side by side, as in a column. */
function columnOf(texts: readonly string[]) {
  const parts = texts.map((text) => encoder.encode(text));
  const offsets = new Int32Array(parts.length + 1);
  parts.forEach((part, i) => {
    offsets[i + 1] = offsets[i] + part.length;
  });
  const bytes = new Uint8Array(offsets[parts.length]);
  parts.forEach((part, i) => {
    bytes.set(part, offsets[i]);
  });
  return { bytes, offsets, stride: 1 } as const;
}

test('numbers strings in the order in which they come, as a Map does', (t) => {
  const text = fc.string({ unit: 'grapheme', maxLength: 6 });
  fc.assert(
    fc.property(fc.array(text, { maxLength: 300 }), fc.array(text), (added, asked) => {
      const table = createByteTable();
      const oracle = new Map<string, number>();
      const column = columnOf(added);
      added.forEach((string, i) => {
        if (!oracle.has(string)) oracle.set(string, oracle.size);
        t.is(table.add(column.bytes, column.offsets[i], column.offsets[i + 1]), oracle.get(string) as number);
      });
      t.is(table.size, oracle.size);
      const all = [...added, ...asked];
      const ids = new Int32Array(all.length);
      table.find(columnOf(all), undefined, all.length, ids);
      t.deepEqual(
        [...ids],
        all.map((string) => oracle.get(string) ?? -1),
      );
      for (const [string, id] of oracle) t.is(table.text(id), string);
    }),
    { seed: 7, numRuns: 100 },
  );
});

test('holds a hundred thousand strings', (t) => {
  const table = createByteTable();
  const texts = Array.from({ length: 100_000 }, (_, i) => `category ${i}`);
  const column = columnOf(texts);
  for (let i = 0; i < texts.length; i++) table.add(column.bytes, column.offsets[i], column.offsets[i + 1]);
  const ids = new Int32Array(2);
  table.find(column, Uint32Array.of(99_999, 0), 2, ids);
  t.deepEqual([...ids], [99_999, 0]);
  t.is(table.text(54_321), 'category 54321');
});

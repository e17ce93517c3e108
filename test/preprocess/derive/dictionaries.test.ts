import { glob, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Dictionary, Field, Int8, Schema, Table, tableFromIPC, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow';
import test from 'ava';
import { arrowIpc, concatSources, derive, memory, parquet, type Source } from '../../../src/index.ts';
import { quiet } from '../../../src/laws/readSource.ts';
import { copyRecords } from '../../../src/preprocess/derive/copyRecords.ts';
import { derivedSchema } from '../../../src/preprocess/derive/derivedSchema.ts';
import { folder } from '../../source/parquet/parquetFile.ts';
import { writeParquet } from '../../source/parquet/writeParquet.ts';

const words = ['one', 'two', null, 'one'];

const derivations = [
  derive('long', ['word'], (word: string) => `${word}!`, { type: 'string' }),
  derive('longer', ['long', 'other'], (long: string, other: string) => `${long}${other}`, { type: 'string' }),
  derive('length', ['long'], (long: string) => long.length),
];

/** Rows of two columns with dictionaries that have the numbers of the derived ones. */
function rowsOf(): Table {
  const plain = new Schema(['word', 'other'].map((name) => new Field(name, new Utf8(), true)));
  const [, , long, longer] = derivedSchema(derivations, plain).fields.map(({ type }) => (type as Dictionary).id);
  const column = (id: number | undefined, values: readonly (string | null)[]) =>
    vectorFromArray(values, new Dictionary(new Utf8(), new Int8(), id));
  return new Table({ word: column(long, words), other: column(longer, ['x', 'y', 'z', 'x']) });
}

const sources: Readonly<Record<string, (table: Table, path: string) => Promise<Source> | Source>> = {
  memory: (table) => memory(table),
  arrowIpc: async (table, path) => {
    await writeFile(path, tableToIPC(table, 'file'));
    return arrowIpc(path);
  },
  parquet: async (table, path) => {
    await writeFile(path, writeParquet(table));
    return parquet(path);
  },
  concat: (table) => concatSources(memory(table), memory(rowsOf())),
};

for (const [name, open] of Object.entries(sources)) {
  test(`${name}: derived strings beside columns with dictionaries are each what they are`, async (t) => {
    const source = await open(rowsOf(), join(await folder(t), 'rows'));
    const schema = derivedSchema(derivations, await source.schema());
    t.deepEqual(schema.names, ['word', 'other', 'long', 'longer', 'length']);
    for await (const { records } of source.open({ signal: quiet() })) {
      const all = derivations.reduce((before, derivation) => derivation.apply(before), records);
      const expected = {
        word: words,
        other: ['x', 'y', 'z', 'x'],
        long: ['one!', 'two!', null, 'one!'],
        longer: ['one!x', 'two!y', null, 'one!x'],
        length: [4, 4, null, 4],
      };
      const copied = copyRecords(all, new Set(['other', 'longer', 'long']), new WeakSet())!.records;
      // Whoever writes them down has them again.
      for (const table of [new Table(all), new Table(copied), tableFromIPC(tableToIPC(new Table(all)))]) {
        for (const { name } of table.schema.fields)
          t.deepEqual([...table.getChild(name)!], expected[name as keyof typeof expected], name);
      }
    }
  });
}

test('schemas of two origins are made in one place, which numbers their dictionaries', async (t) => {
  const files: string[] = [];
  for await (const path of glob('src/**/*.ts'))
    if (/new Schema\(\s*\[\s*\.\.\.[^\]]*,/.test(await readFile(path, 'utf8'))) files.push(path);
  t.deepEqual(files, [join('src', 'preprocess', 'derive', 'appendColumns.ts')]);
});

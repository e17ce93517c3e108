import { ok as holds, deepStrictEqual as same, throws } from 'node:assert/strict';
import { Null, type RecordBatch, Schema } from 'apache-arrow';
import type { Derivation } from '../preprocess/derive/derivation.ts';
import { columnData } from '../source/column/findColumn.ts';
import { numberReader, readValues } from '../source/column/readValues.ts';
import { type Law, statedLaws } from './law.ts';
import { rowsOf } from './readSource.ts';

/**
 * The laws of a derivation: what it adds depends on the row alone, and it says beforehand what that is.
 *
 * @param make the derivation, made anew
 * @param records a record batch of at least four rows, with the columns that it reads and none that it adds
 * @example derivationLaws('hourOfDay', () => hourOfDay('date'), records)
 */
export function derivationLaws(name: string, make: () => Derivation, records: RecordBatch): Law[] {
  const { laws, law } = statedLaws();
  const { names, columns, description } = make();
  const n = records.numRows;
  const values = (of: RecordBatch) => rowsOf({ records: of }).map((row) => row.slice(records.schema.fields.length));

  law(`${name}: adds the columns that it names behind those that are there`, () => {
    const derived = make().apply(records);
    same(
      derived.schema.fields.map((field) => field.name),
      [...records.schema.fields.map((field) => field.name), ...names],
    );
    same(derived.numRows, n);
  });

  law(`${name}: says its fields before there is a row`, () => {
    const fields = make().fields(records.schema);
    same(
      fields.map((field) => field.name),
      names,
    );
    const { schema } = make().apply(records);
    for (const { name, type } of fields) {
      const made = schema.fields.find((field) => field.name === name);
      // The type of a function's results may yet be null.
      holds(type instanceof Null || `${type}` === `${made?.type}`, name);
    }
  });

  law(`${name}: gives each row what it gives it alone, the same each time`, () => {
    const whole = values(make().apply(records));
    same(values(make().apply(records)), whole);
    const derivation = make();
    const single = Array.from({ length: n }, (_, row) => values(derivation.apply(records.slice(row, row + 1))));
    same(single.flat(), whole);
  });

  law(`${name}: gives the rows that are selected what it gives them among all`, () => {
    const whole = values(make().apply(records));
    const selected = Uint32Array.of(1, 3);
    const some = values(make().apply(records, selected));
    for (const row of selected) same(some[row], whole[row]);
  });

  law(`${name}: gives a row alone what it gives it in a record batch`, () => {
    const derivation = make();
    const { row: derive } = derivation;
    if (!derive) return;
    const inputs = columns.map((column) => {
      const index = records.schema.fields.findIndex((field) => field.name === column);
      return readValues(columnData(records, index), column, numberReader());
    });
    const whole = values(derivation.apply(records));
    for (let row = 0; row < n; row++) same(derive(inputs.map((input) => input.value(row))), whole[row]);
  });

  law(`${name}: takes a record batch without rows`, () => {
    same(make().apply(records.slice(0, 0)).numRows, 0);
  });

  law(`${name}: leaves the columns that it reads as they were`, () => {
    const before = rowsOf({ records });
    const derived = rowsOf({ records: make().apply(records) });
    same(rowsOf({ records }), before);
    same(
      derived.map((row) => row.slice(0, records.schema.fields.length)),
      before,
    );
  });

  law(`${name}: refuses a schema without a column that it reads, or with one that it adds`, () => {
    for (const column of columns) {
      const lacking = new Schema(records.schema.fields.filter((field) => field.name !== column));
      throws(() => make().fields(lacking), { name: 'SchemaError' });
    }
    throws(() => make().fields(make().apply(records).schema), { name: 'SchemaError' });
  });

  law(`${name}: is described by plain JSON, the same each time`, () => {
    same(JSON.parse(JSON.stringify(description)), description);
    same(make().description, description);
  });
  return laws;
}

/**
 * Turns the two files of the Adult census data into Parquet files in TARGET, data/adult/build by default:
 *
 *   npx node data/adult/prepare.ts FOLDER [TARGET]
 *
 * FOLDER holds adult-train.csv and adult-test.csv, or adult.data and adult.test as UCI names them. They have no header, a question mark
 * stands for no value, and the labels of the test file end in a full stop.
 */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RecordBatch, Table, tableToIPC } from 'apache-arrow';
import { Table as ParquetTable, writeParquet } from 'parquet-wasm';
import { lastValueFrom, map, toArray } from 'rxjs';
import { csv, derive } from '../../src/index.ts';
import { createGate, deriveColumns } from '../../src/operators.ts';

const names = [
  'age',
  'workclass',
  'fnlwgt',
  'education',
  'educationNumber',
  'maritalStatus',
  'occupation',
  'relationship',
  'race',
  'sex',
  'capitalGain',
  'capitalLoss',
  'hoursPerWeek',
  'nativeCountry',
  'income',
];

const [, , folder, target = fileURLToPath(new URL('build', import.meta.url))] = process.argv;
if (folder === undefined) {
  console.error(
    'usage: npx node data/adult/prepare.ts FOLDER [TARGET], where FOLDER holds adult-train.csv and adult-test.csv',
  );
  process.exit(2);
}
await mkdir(target, { recursive: true });
for (const [side, ...candidates] of [
  ['train', 'adult-train.csv', 'adult.data'],
  ['test', 'adult-test.csv', 'adult.test'],
]) {
  const path = candidates.map((name) => join(folder, name)).find(existsSync);
  if (path === undefined) throw new Error(`${folder}: expected ${candidates.join(' or ')}; got neither`);
  const batches = await read(path);
  const table = new Table(batches);
  const file = join(target, `${side}.parquet`);
  await writeFile(file, writeParquet(ParquetTable.fromIPCStream(tableToIPC(table, 'stream'))));
  console.log(`${side}: ${table.numRows} rows in ${file}`);
}

/** The rows of a file, with the label as a boolean column `over50k`. */
function read(path: string): Promise<RecordBatch[]> {
  // The file of UCI begins its test part with a line that is no row.
  const source = csv(path, { names, trim: true, nulls: ['?'], comment: '|' });
  const over50k = derive('over50k', ['income'], (income: string) => income.startsWith('>50K'));
  return lastValueFrom(
    createGate({ ahead: 2 })
      .open(source)
      .pipe(
        deriveColumns([over50k]),
        map(({ records }) => records),
        toArray(),
      ),
  );
}

import {
  Bool,
  type DataType,
  Field,
  Float64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableToIPC,
  Utf8,
  Vector,
} from 'apache-arrow';
import { DataError } from '../errors.ts';
import { columnsOfPredictions } from '../model/columnsOfPredictions.ts';
import type { ModelRow } from '../model/encodeRow.ts';
import type { ModelSchema } from '../model/schema.ts';
import { shownValue } from '../options/shown.ts';
import { ArrowDamage } from '../source/arrow/arrowDamage.ts';
import { arrowMessages } from '../source/arrow/arrowMessages.ts';
import { createRecordsReader, type RecordsReader } from '../source/arrow/recordsReader.ts';
import { columnKind } from '../source/column/columnKind.ts';
import { readNumbers } from '../source/column/readNumbers.ts';
import { readValues } from '../source/column/readValues.ts';
import type { ByteReader } from '../source/input/byteReader.ts';
import { packColumn } from '../source/memory/packColumn.ts';
import { pickColumns } from '../source/pickColumns.ts';
import { RequestError } from './problem.ts';
import type { BodyLimits } from './readRows.ts';
import { checkRows } from './readRows.ts';
import type { Answered } from './serving.ts';

const where = 'the body';

/**
 * The rows of an Arrow IPC stream or file. Compressed ones are refused: a few bytes could be any number.
 *
 * @throws DataError where it is damaged, or has a column of other things than a model takes
 * @throws RequestError where it is compressed, or has more rows than a request may have
 */
export async function readArrow(bytes: Uint8Array, limits: BodyLimits): Promise<readonly ModelRow[]> {
  const rows: Record<string, unknown>[] = [];
  let reader: RecordsReader | undefined;
  try {
    for await (const { metadata, body } of arrowMessages(bytesReader(bytes), where)) {
      if (metadata.kind === 'schema') {
        const columns = metadata.schema.fields.map(({ name }) => name);
        const twice = columns.find((name, i) => columns.indexOf(name) !== i);
        if (twice !== undefined) throw refused('each column once', `two called ${shownValue(twice)}`);
        reader = createRecordsReader(metadata, pickColumns(where, metadata.schema, undefined));
        continue;
      }
      if (metadata.codec !== undefined) throw compressed(metadata.codec);
      if (metadata.kind === 'dictionary') reader?.addDictionary(metadata, await body());
      else {
        checkRows(rows.length + metadata.rows, limits);
        const records = reader?.read(metadata, await body());
        if (records) addRows(records, rows);
      }
    }
  } catch (error) {
    if (error instanceof ArrowDamage) throw refused('a whole Arrow IPC stream or file', error.message, error);
    throw error;
  }
  return rows;
}

function addRows({ schema, data, numRows }: RecordBatch, rows: Record<string, unknown>[]): void {
  const before = rows.length;
  for (let row = 0; row < numRows; row++) rows.push({});
  for (const [c, { name, type }] of schema.fields.entries()) {
    const column = data.children[c]!;
    const kind = columnKind(type);
    let value: (row: number) => unknown;
    if (kind === 'null') value = () => null;
    else if (kind === 'list') {
      const lists = new Vector([column]);
      value = (row) => {
        const list = lists.get(row) as Vector | null;
        return list && [...readNumbers(list.data[0]!)];
      };
    } else if (kind === undefined) {
      const expected = 'numbers, booleans, strings, points in time or lists of numbers';
      throw new DataError({ where, column: name, expected, received: `${type}` });
    } else ({ value } = readValues(column, where, readNumbers));
    for (let row = 0; row < numRows; row++) {
      Object.defineProperty(rows[before + row]!, name, { value: value(row), enumerable: true });
    }
  }
}

/** Bytes that are all here. */
function bytesReader(bytes: Uint8Array): ByteReader {
  let next = 0;
  const readAt = async (at: number, length: number) => bytes.slice(Math.max(0, at), Math.max(0, at + length));
  return {
    read(length) {
      next += length;
      return readAt(next - length, length);
    },
    async skip(length) {
      next += length;
      return next <= bytes.length;
    },
    readAt,
    size: async () => bytes.length,
    begin: (length) => readAt(0, length),
    close: async () => {},
  };
}

const types: Readonly<Record<ModelSchema['predicted'], () => DataType>> = {
  number: () => new Float64(),
  boolean: () => new Bool(),
  string: () => new Utf8(),
};

/** Predictions as an Arrow IPC stream, with the columns that `predict` gives, and a column `version` where two models have answered. */
export function writeArrow({ target, outputs, predicted }: ModelSchema, { predictions, head }: Answered): Uint8Array {
  const columns = columnsOfPredictions(target, predictions, outputs).map(({ name, values }) => {
    const type = types[name === 'predicted' ? predicted : 'number']();
    return { field: new Field(name, type, false), data: packColumn(values, type) };
  });
  if (predictions.some(({ version }) => version !== undefined)) {
    const type = new Utf8();
    const data = packColumn(
      predictions.map(({ version }) => version),
      type,
    );
    columns.push({ field: new Field('version', type, false), data });
  }
  const fields = columns.map(({ field }) => field);
  const metadata = new Map([
    ['millrace.model', head.model],
    ['millrace.version', head.version],
  ]);
  const children = columns.map(({ data }) => data);
  const data = makeData({ type: new Struct(fields), length: predictions.length, nullCount: 0, children });
  return tableToIPC(new Table([new RecordBatch(new Schema(fields, metadata), data)]), 'stream');
}

function compressed(codec: string): RequestError {
  const message = `expected Arrow buffers that are not compressed, got ones that ${codec} has compressed`;
  return new RequestError(415, `${message}. Write them without: compression=None in pyarrow, 'uncompressed' in Polars`);
}

function refused(expected: string, received: string, cause?: unknown): DataError {
  return new DataError({ where, expected, received, cause });
}

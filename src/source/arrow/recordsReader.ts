import { type Data, DataType, type Dictionary, Field, type RecordBatch, Vector } from 'apache-arrow';
import type { Pick } from '../pickColumns.ts';
import { ArrowDamage } from './arrowDamage.ts';
import type { RecordsMessage, SchemaMessage } from './arrowMetadata.ts';
import { readColumns } from './readColumns.ts';

/** Makes record batches of messages, one after the other as they lie there. */
export interface RecordsReader {
  wantsDictionary(message: RecordsMessage): boolean;
  /** Those after it have its values. */
  addDictionary(message: RecordsMessage, body: Uint8Array): void;
  /** @throws ArrowDamage where something in it does not fit */
  read(message: RecordsMessage, body: Uint8Array): RecordBatch;
}

/** @param pick the columns that are wanted of those of the schema */
export function createRecordsReader({ schema, dictionaries }: SchemaMessage, pick: Pick): RecordsReader {
  const columns = new Set(pick.indices);
  const wanted = new Set<number>();
  collectDictionaries(pick.schema.fields, wanted);
  const values = new Map<number, Data[]>();
  /** Made when it is asked for, and the same until more is added. */
  const vectors = new Map<number, Vector>();
  const dictionaryOf = (id: number): Vector | undefined => {
    const parts = values.get(id);
    if (parts && !vectors.has(id)) vectors.set(id, new Vector(parts).memoize());
    return vectors.get(id);
  };

  return {
    wantsDictionary: ({ dictionary }) => wanted.has(dictionaries.get(dictionary!.id) ?? Number.NaN),
    addDictionary(message, body) {
      const { id: idOfFile, isDelta } = message.dictionary!;
      const id = dictionaries.get(idOfFile)!;
      const field = new Field('of a dictionary', schema.dictionaries.get(id)!, true);
      const [data] = readColumns([field], message, body, dictionaryOf);
      // Of values without bytes there could be any number.
      if (data!.length > 8 * data!.byteLength + 1) throw new ArrowDamage(`a dictionary of ${data!.length} nothings`);
      const before = values.get(id);
      if (isDelta && !before) throw new ArrowDamage('a dictionary that goes on with none');
      if (isDelta) before!.push(data!);
      else values.set(id, [data!]);
      vectors.delete(id);
    },
    read: (message, body) =>
      pick.of(
        readColumns(schema.fields, message, body, dictionaryOf, (index) => columns.has(index)),
        message.rows,
      ),
  };
}

function collectDictionaries(fields: readonly Field[], into: Set<number>): void {
  for (const { type } of fields) {
    if (DataType.isDictionary(type)) into.add((type as Dictionary).id);
    collectDictionaries((type.children as readonly Field[] | null) ?? [], into);
  }
}

import { Field, Message, Schema, TimestampMicrosecond, TimeUnit, Type } from 'apache-arrow';
import { readThrift, type ThriftStruct, type ThriftValue } from './thriftReader.ts';

/** What is read of a file in whose place: its columns, and its footer. */
export interface Retyped {
  readonly schema: Schema;
  readonly footer: Uint8Array;
}

/**
 * Timestamps of 96 bits are read as nanoseconds in 64 where nothing else is said, in which the years before 1677 and after 2262 become others: also
 * 9999, which stands for no end in many tables. They are read as microseconds when the footer has a schema of Arrow that says so.
 *
 * @param footer the FileMetaData at the end of the file
 * @param schema the columns as they would be read
 * @returns undefined for a file without such timestamps, and one that has a schema of Arrow
 * @see https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
 */
export function int96AsMicroseconds(footer: Uint8Array, schema: Schema): Retyped | undefined {
  if (!schema.fields.some(isNanoseconds)) return undefined;
  const { 2: elements, 5: metadata } = readThrift(footer);
  const isWritten = list(metadata).some((pair) => text(pair[1]) === key);
  const names = new Set(list(elements).flatMap((element) => (element[1] === INT96 ? [text(element[4])] : [])));
  if (isWritten || names.size === 0) return undefined;
  const retyped = new Schema(
    schema.fields.map((field) =>
      names.has(field.name) && isNanoseconds(field)
        ? new Field(field.name, new TimestampMicrosecond(), field.nullable, field.metadata)
        : field,
    ),
    schema.metadata,
  );
  return { schema: retyped, footer: withSchema(footer, retyped) };
}

const INT96 = 3n;
const key = 'ARROW:schema';

function isNanoseconds({ type }: Field): boolean {
  return type.typeId === Type.Timestamp && type.unit === TimeUnit.NANOSECOND;
}

/** The footer with a list of key and value more, before the byte that ends it. Of fields that come twice, the last one counts. */
function withSchema(footer: Uint8Array, schema: Schema): Uint8Array {
  const message = Message.encode(Message.from(schema));
  const framed = Buffer.concat([Buffer.from(Int32Array.of(-1, message.length).buffer), message]);
  const string = (value: string) => [0x18, ...varint(value.length), ...Buffer.from(value)];
  const pairs = [0x09, 2 * 5, 0x1c, ...string(key), ...string(framed.toString('base64')), 0];
  return Buffer.concat([footer.subarray(0, -1), Uint8Array.from(pairs), Uint8Array.of(0)]);
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...varint(Math.floor(value / 0x80))];
}

function list(value: ThriftValue | undefined): readonly ThriftStruct[] {
  return (value ?? []) as readonly ThriftStruct[];
}

function text(value: ThriftValue | undefined): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString() : '';
}

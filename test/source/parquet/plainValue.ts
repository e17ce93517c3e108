import { type DataType, type Decimal, type Dictionary, type Struct, Type } from 'apache-arrow';

/** A value of Arrow as plain JSON: integers of 64 bits as text, bytes in hexadecimal, points in time in milliseconds, decimals as numbers. */
export function plainValue(type: DataType, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  const children = type.children ?? [];
  switch (type.typeId) {
    case Type.Decimal: {
      const words = [...(value as Uint32Array)];
      const unscaled = words.reduceRight((sum, word) => (sum << 32n) | BigInt(word), 0n);
      return Number(BigInt.asIntN((type as Decimal).bitWidth, unscaled)) / 10 ** (type as Decimal).scale;
    }
    case Type.List:
    case Type.FixedSizeList:
      return [...(value as Iterable<unknown>)].map((item) => plainValue(children[0]!.type, item));
    case Type.Map: {
      const [keys, values] = (children[0]!.type as Struct).children;
      return [...(value as Iterable<readonly [unknown, unknown]>)].map(([key, item]) => ({
        key: plainValue(keys!.type, key),
        value: plainValue(values!.type, item),
      }));
    }
    case Type.Struct: {
      const row = value as { readonly [name: string]: unknown };
      return Object.fromEntries(children.map((field) => [field.name, plainValue(field.type, row[field.name])]));
    }
    case Type.Dictionary:
      return plainValue((type as Dictionary).dictionary, value);
    default:
      return plainJson(value);
  }
}

/** What needs no type to be told, as the JavaScript values of another library. */
export function plainJson(value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value))) return `${value}`;
  if (value instanceof Date) return value.getTime();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (Array.isArray(value)) return value.map(plainJson);
  if (typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plainJson(item)]));
}

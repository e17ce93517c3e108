import type { Data } from 'apache-arrow';

/** The place in the dictionary of each row of a dictionary-encoded column; without meaning where the row is null. */
export function readIndices(data: Data): Exclude<Data['values'], BigInt64Array | BigUint64Array> {
  const { values, length } = data;
  if (!(values instanceof BigInt64Array || values instanceof BigUint64Array)) return values;
  const halves = new Int32Array(values.buffer, values.byteOffset, 2 * length);
  const indices = new Int32Array(length);
  for (let i = 0; i < length; i++) indices[i] = halves[2 * i];
  return indices;
}

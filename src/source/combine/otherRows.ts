/**
 * The rows of a record batch that are meant, without some of them.
 *
 * @param count the rows of the record batch
 * @param selected those that are meant, ascending; all when undefined
 */
export function otherRows(count: number, without: Iterable<number>, selected?: Uint32Array): Uint32Array {
  const isOut = new Uint8Array(count);
  for (const row of without) isOut[row] = 1;
  const rows = selected?.length ?? count;
  const others = new Uint32Array(rows);
  let length = 0;
  for (let i = 0; i < rows; i++) {
    const row = selected ? selected[i]! : i;
    if (isOut[row] === 0) others[length++] = row;
  }
  return others.subarray(0, length);
}

/** What mostly stands between two values. */
const usual: readonly string[] = [',', ';', '\t', '|'];

/**
 * The delimiter that a line seems to have instead of the one that was given: the one that cuts it into the most values.
 *
 * @param width the values that there should be; any number above one where it is not known
 * @example otherDelimiter('age;sex', ',') //=> ';'
 * @example otherDelimiter('age', ',') //=> undefined
 */
export function otherDelimiter(line: string, delimiter: string, width?: number): string | undefined {
  let most = 1;
  let found: string | undefined;
  for (const other of usual) {
    const values = line.split(other).length;
    if (other === delimiter || values <= most || (width !== undefined && values !== width)) continue;
    [most, found] = [values, other];
  }
  return found;
}

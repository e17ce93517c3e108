/**
 * The names that were perhaps meant: those a third of their letters or less away, the nearest first, three at the most.
 *
 * Distance: the fewest letters put in, left out, changed or swapped with their neighbour; case does not count.
 * @example nearMisses('distnace', ['date', 'delay', 'distance']) //=> ['distance']
 * @example nearMisses('colour', ['date', 'delay']) //=> []
 * @see Damerau 1964, doi:10.1145/363958.363994 (here without edits inside a swap)
 */
export function nearMisses(name: string, names: readonly string[]): string[] {
  return names
    .map((candidate) => ({ candidate, edits: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, edits }) => edits <= Math.max(1, Math.floor(Math.max(name.length, candidate.length) / 3)))
    .sort((a, b) => a.edits - b.edits)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (last[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(change, (last[j] as number) + 1, (row[j - 1] as number) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, (beforeLast[j - 2] as number) + 1);
      }
      row.push(least);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] as number;
}

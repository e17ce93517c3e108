import { bound, columnName } from '../../options/bounds.ts';
import { checkOption, checkOptions } from '../../options/checkOptions.ts';
import type { Derivation } from './derivation.ts';
import { fromNumbers, type NewColumnOptions, withWord } from './fromNumbers.ts';

const edgesBound = bound<readonly number[]>(
  'a list of finite numbers, at least one, each above the one before',
  (edges) =>
    Array.isArray(edges) &&
    edges.length > 0 &&
    edges.every((edge, i) => Number.isFinite(edge) && (i === 0 || edge > edges[i - 1])),
);

/**
 * The number of the bucket that a number is in: 0 below the first edge, 1 from it on, up to as many as there are edges.
 *
 *   v' = the number of edges that are not above v; null where v is null or NaN
 *
 * Convention: as numpy.digitize.
 * @param edges finite numbers, each above the one before
 * @param options the new column is named `<column>Bucket` by default
 * @throws OptionError where the edges do not rise
 * @example bucket('age', [18, 65]).names //=> ['ageBucket']
 */
export function bucket(column: string, edges: readonly number[], options: NewColumnOptions = {}): Derivation {
  checkOption('bucket: column', column, columnName);
  checkOption('bucket: edges', edges, edgesBound);
  checkOptions<NewColumnOptions>('bucket', options, { as: columnName });
  const { as = withWord(column, 'bucket') } = options;
  const sorted = Float64Array.from(edges);
  return fromNumbers({
    verb: 'bucket',
    columns: [column],
    reads: 'number',
    as,
    gives: 'integer',
    options: { edges: [...edges] },
    compute([values], out) {
      for (let i = 0; i < out.length; i++) {
        const value = values[i];
        let [low, high] = [0, sorted.length];
        while (low < high) {
          const middle = (low + high) >> 1;
          if (sorted[middle] <= value) low = middle + 1;
          else high = middle;
        }
        out[i] = Number.isNaN(value) ? Number.NaN : low;
      }
    },
  });
}

import { checkOptions } from '../../options/checkOptions.ts';
import { type FitterOptions, fitterFields } from '../fit/fitter.ts';
import { type Derivation, derivationsBound } from './derivation.ts';
import { sourceColumns } from './sourceColumns.ts';

/** What columns are used for. */
export interface SplitColumnsOptions extends FitterOptions {
  /** @default [] */
  readonly derive?: readonly Derivation[];
}

/**
 * The columns whose values decide on which side of the split a row is: those of the features, without what only target and weight
 * need, and without what gives the target away (a feature that the target is derived from, and the one column that it is derived from). Where none is left,
 * those of all features.
 *
 * @example splitColumns({ features: { a: numeric() }, target: binary('y') }) //=> ['a']
 */
export function splitColumns(options: SplitColumnsOptions): string[] {
  checkOptions<SplitColumnsOptions>('splitColumns', options, { ...fitterFields, derive: derivationsBound });
  const { derive = [], features, target } = options;
  const names = Object.keys(features);
  const before = ancestors(derive, target.column);
  const behind = sourceColumns(derive, [target.column]);
  const others = sourceColumns(
    derive,
    names.filter((name) => before.has(name)),
  );
  const givesAway = (column: string) => behind.includes(column) && (behind.length === 1 || others.includes(column));
  const read = sourceColumns(derive, names);
  const rest = read.filter((column) => !givesAway(column));
  return rest.length > 0 ? rest : read;
}

/**
 * The features that the target is derived from, and those that are derived from all that the target is derived from.
 *
 * @example leakingFeatures({ derive: [derive('y', ['a'], (a) => a > 0)], features: { a: numeric() }, target: binary('y') }) //=> ['a']
 */
export function leakingFeatures({ derive = [], features, target }: SplitColumnsOptions): string[] {
  const before = ancestors(derive, target.column);
  const behind = sourceColumns(derive, [target.column]);
  return Object.keys(features).filter((name) => {
    if (before.has(name)) return true;
    const from = sourceColumns(derive, [name]);
    return behind.every((column) => from.includes(column));
  });
}

/** The columns that a column is computed from, derived ones among them. */
function ancestors(derivations: readonly Derivation[], column: string): Set<string> {
  const wanted = new Set([column]);
  for (const { names, columns } of derivations.toReversed()) {
    if (names.some((name) => wanted.has(name))) for (const from of columns) wanted.add(from);
  }
  wanted.delete(column);
  return wanted;
}

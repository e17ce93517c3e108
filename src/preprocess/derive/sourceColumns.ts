import type { Derivation } from './derivation.ts';

/** The columns that a derivation adds and reads. */
type Named = Pick<Derivation, 'names' | 'columns'>;

/**
 * The source columns from which the wanted columns can be had, each once: those wanted that no derivation adds, and those that the
 * derivations needed for the others read.
 *
 * @example sourceColumns([hourOfDay('date')], ['distance', 'hour']) //=> ['distance', 'date']
 */
export function sourceColumns(derivations: readonly Named[], wanted: readonly string[]): string[] {
  return walk(derivations, wanted).columns;
}

/**
 * The derivations that are needed for the wanted columns, in their order.
 *
 * @example neededDerivations([hourOfDay('date'), dayOfWeek('date')], ['weekday']).length //=> 1
 */
export function neededDerivations<D extends Named>(derivations: readonly D[], wanted: readonly string[]): D[] {
  return walk(derivations, wanted).used;
}

function walk<D extends Named>(derivations: readonly D[], wanted: readonly string[]) {
  let needed = [...wanted];
  const used: D[] = [];
  for (const derivation of derivations.toReversed()) {
    const { names, columns } = derivation;
    if (!names.some((name) => needed.includes(name))) continue;
    needed = [...needed.filter((name) => !names.includes(name)), ...columns];
    used.unshift(derivation);
  }
  return { columns: [...new Set(needed)], used };
}

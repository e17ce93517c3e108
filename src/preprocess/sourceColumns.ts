import type { Derivation } from './derivation.ts';

/**
 * The source columns from which the wanted columns can be had, each once: those wanted that no derivation adds, and those that the
 * derivations needed for the others read.
 *
 * @example sourceColumns([hourOfDay('date')], ['distance', 'hour']) //=> ['distance', 'date']
 */
export function sourceColumns(derivations: readonly Derivation[], wanted: readonly string[]): string[] {
  let needed = [...wanted];
  for (const { names, columns } of derivations.toReversed()) {
    if (!names.some((name) => needed.includes(name))) continue;
    needed = [...needed.filter((name) => !names.includes(name)), ...columns];
  }
  return [...new Set(needed)];
}

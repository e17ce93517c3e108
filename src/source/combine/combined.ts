import type { Json } from '../../json.ts';
import type { Source } from '../types.ts';
import { commonOf, someOnce, someUnbounded, sumOfRows } from './commonSchema.ts';

/**
 * What a source over several others has, but for how it reads them.
 *
 * @param print what its fingerprint has besides those of the others
 */
export function combined(
  name: string,
  print: { readonly format: string; readonly [option: string]: Json },
  sources: readonly Source[],
): Omit<Source, 'open'> {
  return {
    name,
    unbounded: someUnbounded(sources),
    once: someOnce(sources),
    schema: async (signal) => (await commonOf(name, sources, signal)).schema,
    rows: (signal) => sumOfRows(sources, signal),
    parts: async () => sources,
    async fingerprint(signal) {
      const parts: Json[] = [];
      for (const source of sources) {
        signal?.throwIfAborted();
        parts.push(await source.fingerprint(signal));
      }
      return { ...print, parts };
    },
  };
}

/** Three names at the most, and how many there are. */
export function nameSources(sources: readonly Source[]): string {
  const names = sources.slice(0, 3).map(({ name }) => name);
  return sources.length > 3 ? `${names.join(', ')} and ${sources.length - 3} more` : names.join(', ');
}

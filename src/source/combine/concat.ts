import type { Batch, ColumnRange, Cursor, Json, OpenOptions, Source } from '../../types.ts';
import { pickColumns } from '../pickColumns.ts';
import { checkSources, commonSchema, someOnce, someUnbounded, sumOfRows } from './commonSchema.ts';
import { foreignCursor } from './foreignCursor.ts';

/**
 * The rows of one source after those of another. All must have the same columns of the same types.
 *
 * The cursor is the number of a source and its cursor.
 * @throws OptionError where no source is given
 * @throws SchemaError when it is read, where a source has other columns than the first
 * @example concat(memory([{ x: 1 }]), memory([{ x: 2 }])).name //=> 'concat of memory rows, memory rows'
 */
export function concat(...sources: readonly Source[]): Source {
  checkSources('concat', sources);
  return concatAs(`concat of ${nameSources(sources)}`, sources);
}

/** The same under a name. */
export function concatAs(name: string, sources: readonly Source[]): Source {
  const schema = (signal?: AbortSignal) => commonSchema(name, sources, signal);

  async function* open({ from, ...options }: OpenOptions, range?: ColumnRange): AsyncGenerator<Batch> {
    const { signal, columns } = options;
    signal.throwIfAborted();
    const [first, inner] = placeOf(name, from, sources.length);
    pickColumns(name, await schema(signal), columns);
    for (let i = first; i < sources.length; i++) {
      const part = { ...options, from: i === first ? inner : null };
      const batches = (range && sources[i]!.openRange?.(range, part)) ?? sources[i]!.open(part);
      for await (const batch of batches) yield { ...batch, cursor: [i, batch.cursor] };
    }
  }

  return {
    name,
    unbounded: someUnbounded(sources),
    once: someOnce(sources),
    schema,
    rows: (signal) => sumOfRows(sources, signal),
    async fingerprint(signal) {
      const parts: Json[] = [];
      for (const source of sources) parts.push(await source.fingerprint(signal));
      return { format: 'concat', parts };
    },
    open: (options) => open(options),
    openRange: (range, options) => open(options, range),
  };
}

/** Three names at the most, and how many there are. */
export function nameSources(sources: readonly Source[]): string {
  const names = sources.slice(0, 3).map(({ name }) => name);
  return sources.length > 3 ? `${names.join(', ')} and ${sources.length - 3} more` : names.join(', ');
}

function placeOf(name: string, from: Cursor | undefined, sources: number): readonly [number, Cursor] {
  if (from === undefined || from === null) return [0, null];
  if (Array.isArray(from) && from.length === 2) {
    const [source, inner] = from as readonly Json[];
    if (typeof source === 'number' && Number.isInteger(source) && source >= 0 && source < sources)
      return [source, inner!];
  }
  throw foreignCursor(name, from, 'the number of a source and its cursor');
}

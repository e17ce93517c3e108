import type { Json } from '../../json.ts';
import { changeableOverAll } from '../changed.ts';
import { pickColumns } from '../pickColumns.ts';
import type { Batch, ColumnRange, Cursor, OpenOptions, Source } from '../types.ts';
import { combined, nameSources } from './combined.ts';
import { checkAll, checkSources, commonOf } from './commonSchema.ts';
import { foreignCursor } from './foreignCursor.ts';

/**
 * The rows of one source after those of another, of the columns that all of them have: in the order of the first, of types that hold the values
 * of all (the wider number, strings however they are encoded, what the others are where all are null).
 *
 * The cursor is the number of a source and its cursor.
 * @throws OptionError where no source is given
 * @throws SchemaError when it is read, where they have no column in common, or one that is wanted is not among those
 * @throws DataError when it is read, at an integer beyond 2^53 in a column that is one of floats elsewhere
 * @example concatSources(memory([{ x: 1 }]), memory([{ x: 2 }])).name //=> 'concatSources of memory rows, memory rows'
 */
export function concatSources(...sources: readonly Source[]): Source {
  checkSources('concatSources', sources);
  return concatAs(`concatSources of ${nameSources(sources)}`, sources);
}

/** The same under a name. */
export function concatAs(name: string, sources: readonly Source[]): Source {
  async function* open({ from, used: _, ...options }: OpenOptions, range?: ColumnRange): AsyncGenerator<Batch> {
    const { signal, columns } = options;
    signal.throwIfAborted();
    const [first, inner] = placeOf(name, from, sources.length);
    const common = await commonOf(name, sources, signal);
    pickColumns(name, common.schema, columns);
    checkAll(name, common, options);
    for (let i = first; i < sources.length; i++) {
      const part = { ...options, from: i === first ? inner : null };
      const source = common.sources[i]!;
      const batches = (range && source.openRange?.(range, part)) ?? source.open(part);
      for await (const batch of batches) yield { ...batch, cursor: [i, batch.cursor] };
    }
  }

  const made: Source = {
    ...combined(name, { format: 'concatSources' }, sources),
    open: (options) => open(options),
    openRange: (range, options) => open(options, range),
  };
  return changeableOverAll(made, sources, (others) => concatAs(name, others));
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

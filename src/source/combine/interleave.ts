import type { Json } from '../../json.ts';
import { changeableOverAll } from '../changed.ts';
import { pickColumns } from '../pickColumns.ts';
import type { Batch, Cursor, OpenOptions, Source } from '../types.ts';
import { combined, nameSources } from './combined.ts';
import { checkAll, checkSources, commonOf } from './commonSchema.ts';
import { foreignCursor } from './foreignCursor.ts';
import { openPart, type PartPlace, partPlace } from './sourcePart.ts';

/**
 * A record batch of each source in turn, until all have ended, of the columns that all of them have: see `concatSources`.
 *
 * One record batch of each is held. The cursor is whose turn it is and the cursors of all.
 * @throws OptionError where no source is given
 * @throws SchemaError when it is read, where they have no column in common, or one that is wanted is not among those
 * @throws DataError when it is read, at an integer beyond 2^53 in a column that is one of floats elsewhere
 * @example interleave(memory([{ x: 1 }]), memory([{ x: 2 }])).name //=> 'interleave of memory rows, memory rows'
 */
export function interleave(...sources: readonly Source[]): Source {
  checkSources('interleave', sources);
  const name = `interleave of ${nameSources(sources)}`;

  async function* open({ from, used: _, ...options }: OpenOptions): AsyncGenerator<Batch> {
    options.signal.throwIfAborted();
    const start = placeOf(name, from, sources.length);
    const common = await commonOf(name, sources, options.signal);
    pickColumns(name, common.schema, options.columns);
    checkAll(name, common, options);
    const parts = common.sources.map((source, i) => openPart(source, options, start.places[i]!));
    try {
      const places = [...start.places];
      for (const [i, part] of parts.entries()) places[i] = await part.place();
      for (let turn = start.turn; places.some((place) => place !== null); turn = (turn + 1) % parts.length) {
        const part = parts[turn]!;
        if (places[turn] === null) continue;
        yield part.take(part.ready(), [turn, [...places] as Json]);
        options.signal.throwIfAborted();
        places[turn] = await part.place();
      }
    } finally {
      await Promise.all(parts.map((part) => part.close()));
    }
  }

  const made: Source = {
    ...combined(name, { format: 'interleave' }, sources),
    open,
  };
  return changeableOverAll(made, sources, (others) => interleave(...others));
}

function placeOf(name: string, from: Cursor | undefined, sources: number) {
  if (from === undefined || from === null) {
    return { turn: 0, places: Array.from({ length: sources }, (): PartPlace => [null, 0]) };
  }
  const [turn, json] = Array.isArray(from) ? (from as readonly Json[]) : [];
  const places = Array.isArray(json) ? (json as readonly Json[]).map(partPlace) : [];
  if (typeof turn === 'number' && Number.isInteger(turn) && turn >= 0 && turn < sources && places.length === sources) {
    if (places.every((place) => place !== undefined)) return { turn, places };
  }
  throw foreignCursor(name, from, 'whose turn it is and the cursors of all sources');
}

import type { Batch, Cursor, Json, OpenOptions, Source } from '../../types.ts';
import { pickColumns } from '../pickColumns.ts';
import { checkSources, commonSchema, someOnce, someUnbounded, sumOfRows } from './commonSchema.ts';
import { nameSources } from './concat.ts';
import { foreignCursor } from './foreignCursor.ts';
import { openPart, type PartPlace, partPlace } from './sourcePart.ts';

/**
 * A record batch of each source in turn, until all have ended. All must have the same columns of the same types.
 *
 * One record batch of each is held. The cursor is whose turn it is and the cursors of all.
 * @throws OptionError where no source is given
 * @throws SchemaError when it is read, where a source has other columns than the first
 * @example interleave(memory([{ x: 1 }]), memory([{ x: 2 }])).name //=> 'interleave of memory rows, memory rows'
 */
export function interleave(...sources: readonly Source[]): Source {
  checkSources('interleave', sources);
  const name = `interleave of ${nameSources(sources)}`;
  const schema = (signal?: AbortSignal) => commonSchema(name, sources, signal);

  async function* open({ from, ...options }: OpenOptions): AsyncGenerator<Batch> {
    options.signal.throwIfAborted();
    const start = placeOf(name, from, sources.length);
    pickColumns(name, await schema(options.signal), options.columns);
    const parts = sources.map((source, i) => openPart(source, options, start.places[i]!));
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

  return {
    name,
    unbounded: someUnbounded(sources),
    once: someOnce(sources),
    schema,
    rows: (signal) => sumOfRows(sources, signal),
    async fingerprint(signal) {
      const parts: Json[] = [];
      for (const source of sources) parts.push(await source.fingerprint(signal));
      return { format: 'interleave', parts };
    },
    open,
  };
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

import { randomSequence, uniform } from '../../engine/random.ts';
import type { Json } from '../../json.ts';
import { bound, integer, listOf, number, oneOf, required } from '../../options/bounds.ts';
import { checkOption, checkOptions } from '../../options/checkOptions.ts';
import { changeableOverAll } from '../changed.ts';
import { pickColumns } from '../pickColumns.ts';
import type { Batch, Cursor, OpenOptions, Source } from '../types.ts';
import { combined, nameSources } from './combined.ts';
import { checkAll, checkSources, commonOf } from './commonSchema.ts';
import { foreignCursor } from './foreignCursor.ts';
import { openPart, type PartPlace, partPlace } from './sourcePart.ts';

/** The options of `mix`. */
export interface MixOptions {
  /** How often each source is drawn, in relation to the others; positive numbers, one for each source. */
  readonly weights: readonly number[];
  /** Names the draws; an integer. */
  readonly seed: number;
  /**
   * When the mixture ends: with the `first` source that ends, or when `all` have; those that have ended are no longer drawn.
   * @default 'all'
   */
  readonly stop?: 'first' | 'all';
  /**
   * Rows that each draw gives, fewer only at a source's end; an integer, at least 1.
   * @default 1024
   */
  readonly drawRows?: number;
}

/**
 * Rows of several sources, drawn at random by weight, of the columns that all of them have: see `concatSources`.
 *
 *   P(source i) = weights[i] / sum of the weights of the sources that have not ended
 *
 * One record batch of each is held. The draws are numbers of a counter, so that the cursor is their number, what is left of the
 * last one, and the cursors of all sources.
 * @throws OptionError where no source is given or an option is out of bounds
 * @throws SchemaError when it is read, where they have no column in common, or one that is wanted is not among those
 * @throws DataError when it is read, at an integer beyond 2^53 in a column that is one of floats elsewhere
 * @example mix([memory([{ x: 1 }]), memory([{ x: 2 }])], { weights: [3, 1], seed: 7 }).name //=> 'mix of memory rows, memory rows'
 */
export function mix(sources: readonly Source[], options: MixOptions): Source {
  checkSources('mix', sources);
  checkOptions<MixOptions>('mix', options, {
    weights: required(listOf('positive numbers, one for each source', number({ above: 0 }))),
    seed: required(integer()),
    stop: oneOf('first', 'all'),
    drawRows: integer({ least: 1 }),
  });
  const { weights, seed, stop = 'all', drawRows = 1024 } = options;
  const expected = `${sources.length} numbers, one for each source`;
  checkOption(
    'mix: weights',
    weights,
    bound(expected, () => weights.length === sources.length),
  );
  const name = `mix of ${nameSources(sources)}`;
  const random = randomSequence(seed, 'mix');

  function draw(number: number, places: readonly PartPlace[]): number {
    const sum = weights.reduce((all, weight, i) => all + (places[i] === null ? 0 : weight), 0);
    let at = uniform(random(number)) * sum;
    const index = weights.findIndex((weight, i) => {
      if (places[i] === null) return false;
      at -= weight;
      return at < 0;
    });
    // Rounding may leave a little.
    return index >= 0 ? index : places.findLastIndex((place) => place !== null);
  }

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
      let { draws, left } = start;
      const isOver = () => (stop === 'all' ? places.every((place) => place === null) : places.includes(null));
      while (!isOver()) {
        // The draw that is not used up is drawn again: places of others have not changed since.
        const index = draw(draws, places);
        const part = parts[index]!;
        const rows = Math.min(left === 0 ? drawRows : left, part.ready());
        const after = (left === 0 ? drawRows : left) - rows;
        yield part.take(rows, [draws, left, [...places] as Json]);
        options.signal.throwIfAborted();
        places[index] = await part.place();
        left = places[index] === null ? 0 : after;
        if (left === 0) draws++;
      }
    } finally {
      await Promise.all(parts.map((part) => part.close()));
    }
  }

  const made: Source = {
    ...combined(name, { format: 'mix', weights: [...weights], seed, stop, drawRows }, sources),
    ...(stop !== 'all' && {
      unbounded: sources.every((source) => source.unbounded),
      rows: async () => undefined,
    }),
    open,
  };
  return changeableOverAll(made, sources, (others) => mix(others, { weights, seed, stop, drawRows }));
}

function placeOf(name: string, from: Cursor | undefined, sources: number) {
  if (from === undefined || from === null) {
    return { draws: 0, left: 0, places: Array.from({ length: sources }, (): PartPlace => [null, 0]) };
  }
  const [draws, left, json] = Array.isArray(from) ? (from as readonly Json[]) : [];
  const places = Array.isArray(json) ? (json as readonly Json[]).map(partPlace) : [];
  if (isCount(draws) && isCount(left) && places.length === sources && places.every((place) => place !== undefined)) {
    return { draws, left, places };
  }
  throw foreignCursor(name, from, 'the number of a draw, the rows left of it and the cursors of all sources');
}

function isCount(json: Json | undefined): json is number {
  return typeof json === 'number' && Number.isSafeInteger(json) && json >= 0;
}

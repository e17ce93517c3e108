import { concat, concatMap, defer, from as fromIterable, type OperatorFunction } from 'rxjs';
import { OptionError } from '../errors.ts';
import type { EncodedBatch } from '../preprocess/encode.ts';
import type { Place, Position, RowLayout, Rows } from '../types.ts';
import { permuteRows } from './permuteRows.ts';
import { createWindow, type RowWindow } from './rowWindow.ts';
import { createWindowMemory } from './windowMemory.ts';
import { windowRows } from './windowRows.ts';

export interface ShuffleOptions {
  /** Memory for one window of encoded rows and their order, in MB (10^6 bytes); a positive number. */
  readonly memoryMB: number;
  readonly layout: RowLayout;
  /** The run's seed; an integer. */
  readonly seed: number;
  /** The number of the epoch, from 0. */
  readonly epoch: number;
  /**
   * Where to go on: the source was opened from `from.cursor`.
   * @default the source's beginning
   */
  readonly from?: Position;
  /**
   * `shuffled` permutes each window; `stream` keeps the order in which rows come.
   * @default 'shuffled'
   */
  readonly order?: 'shuffled' | 'stream';
  /**
   * Whether a window's memory is used again for another when whoever got it has released it, as `miniBatch` does after its last row: then
   * one window's worth is enough for a stream of any length. Only where nobody else looks at the rows.
   * @default false
   */
  readonly reuse?: boolean;
}

/**
 * Collects encoded rows into windows as large as the memory given holds, and permutes each by (seed, epoch, number of the window).
 *
 *   rows of a window = max(1, floor(memoryMB 10^6 / (4 words + 4)))
 *
 * Nothing is emitted before a window is full or the stream has ended. A small window over a stream that is in order mixes badly: make it hold
 * all rows where there is memory.
 *
 * @throws OptionError where `memoryMB` is not a positive number
 * @example encoded$.pipe(shuffle({ memoryMB: 256, layout: preprocessor.layout, seed: 7, epoch: 0 }))
 */
export function shuffle(options: ShuffleOptions): OperatorFunction<EncodedBatch, Rows> {
  const { memoryMB, layout, seed, epoch, from, order = 'shuffled', reuse = false } = options;
  check(options, order);
  const capacity = windowRows(memoryMB, layout);

  return (encoded$) =>
    defer(() => {
      let window: RowWindow | undefined;
      let number = from?.window ?? 0;
      let skip = from?.skip ?? 0;
      const memory = createWindowMemory(layout.words, capacity);

      function finish({ place, length, segments, taken }: RowWindow): Rows {
        const rows: Rows = { layout, length: length(), segments: segments(), place };
        const given = order === 'stream' ? rows : permuteRows(rows, seed, memory.takeOrder(rows.length));
        return reuse ? { ...given, release: () => memory.giveBack(taken, given.order) } : given;
      }

      function* add({ words, n, cursor }: EncodedBatch): Generator<Rows> {
        let row = Math.min(skip, n);
        skip -= row;
        while (row < n) {
          if (!window) {
            const place: Place = { epoch, window: number++, cursor, skip: row };
            window = createWindow(place, layout.words, capacity, memory);
          }
          row += window.add(words, row, n);
          if (window.length() === capacity) {
            const full = window;
            window = undefined;
            yield finish(full);
          }
        }
      }

      return concat(
        encoded$.pipe(concatMap((batch) => fromIterable(add(batch)))),
        defer(() => (window ? [finish(window)] : [])),
      );
    });
}

function check({ memoryMB, seed, epoch }: ShuffleOptions, order: string): void {
  const require = (holds: boolean, option: string, expected: string, received: unknown) => {
    if (!holds) throw new OptionError({ where: `shuffle: ${option}`, expected, received: `${received}` });
  };
  require(memoryMB > 0 && Number.isFinite(memoryMB), 'memoryMB', 'a positive number of megabytes', memoryMB);
  require(Number.isSafeInteger(seed), 'seed', 'an integer', seed);
  require(Number.isSafeInteger(epoch) && epoch >= 0, 'epoch', 'an integer of at least 0', epoch);
  require(order === 'shuffled' || order === 'stream', 'order', "'shuffled' or 'stream'", order);
}

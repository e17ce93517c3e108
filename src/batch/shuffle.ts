import {
  concat,
  concatMap,
  defer,
  EMPTY,
  from as fromIterable,
  map,
  merge,
  type OperatorFunction,
  Subject,
  switchMap,
  tap,
} from 'rxjs';
import type { Gate } from '../flow/gate.ts';
import { aFunction, flag, group, integer, megabytes, objectOf, oneOf, required, waitMs } from '../options/bounds.ts';
import { checkOptions } from '../options/checkOptions.ts';
import type { EncodedBatch } from '../preprocess/encode/encode.ts';
import type { RowLayout } from '../preprocess/types.ts';
import type { Cursor } from '../source/types.ts';
import { layoutBound, positionBound } from './batchBounds.ts';
import { permuteRows } from './permuteRows.ts';
import { createWindow, type RowWindow } from './rowWindow.ts';
import type { Place, Position, Rows } from './types.ts';
import { createWindowMemory } from './windowMemory.ts';
import { windowRows } from './windowRows.ts';

export interface ShuffleOptions {
  /** Memory for one window of encoded rows and their order, in MB (10^6 bytes); a positive number. */
  readonly memoryMB: number;
  readonly layout: RowLayout;
  /** The run's seed; an integer. */
  readonly seed: number;
  /** The number of the epoch, from 0; its mini-batches count from 1. */
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
   * Rows of a mini-batch, an integer of at least 1: windows in the order of the stream then end with a whole one.
   * @default 1
   */
  readonly batch?: number;
  /**
   * For a stream that may never end: how long its rows wait for a window to fill.
   * @default until it is full, or the stream has ended
   */
  readonly wait?: WindowWait;
  /**
   * Whether a window's memory is used again for another when whoever got it has released it, as `miniBatch` does after its last row: then
   * one window's worth is enough for a stream of any length. Only where nobody else looks at the rows.
   * @default false
   */
  readonly reuse?: boolean;
}

/** How long rows wait for their window to fill. */
export interface WindowWait {
  /**
   * Milliseconds; a positive number, or Infinity. When the run has so long had nothing to do but to wait for data, with rows in a window, these are
   * handed on as they are, permuted among themselves alone. What they are handed on as is part of their position: after a break the same
   * rows make the same window.
   */
  readonly maxMs: number;
  readonly gate: Pick<Gate, 'waited'>;
  /** Is told of a window that was handed on before it was full, and its rows. */
  onCut?(rows: number): void;
}

/**
 * Collects encoded rows into windows as large as the memory given holds, and permutes each by (seed, epoch, number of the window).
 *
 *   rows of a window = max(1, floor(memoryMB 10^6 / (4 words + 4)))
 *
 * Nothing is emitted before a window is full or the stream has ended, unless `wait` is given: then what has waited long enough goes on, and in the
 * order of the stream the mini-batches that a record batch completes go on with it. A small window over a stream that is in order mixes badly: make it hold
 * all rows where there is memory.
 *
 * @throws OptionError where `memoryMB` is not a positive number
 * @example encoded$.pipe(shuffle({ memoryMB: 256, layout: preprocessor.layout, seed: 7, epoch: 0 }))
 */
export function shuffle(options: ShuffleOptions): OperatorFunction<EncodedBatch, Rows> {
  checkOptions<ShuffleOptions>('shuffle', options, {
    memoryMB: required(megabytes),
    layout: required(layoutBound),
    seed: required(integer()),
    epoch: required(integer({ least: 0 })),
    from: positionBound,
    order: oneOf('shuffled', 'stream'),
    batch: integer({ least: 1 }),
    wait: group<WindowWait>({ maxMs: required(waitMs), gate: required(objectOf('a gate')), onCut: aFunction() }),
    reuse: flag,
  });
  const { memoryMB, layout, seed, epoch, from, order = 'shuffled', batch = 1, wait, reuse = false } = options;
  const inOrder = order === 'stream';
  const wholeBatches = (rows: number) => Math.floor(rows / batch) * batch;
  const most = windowRows(memoryMB, layout);
  const capacity = inOrder ? Math.max(batch, wholeBatches(most)) : most;
  // The first window is made of as many rows as before the break.
  const again = from && from.offset > 0 ? from.rows : undefined;

  return (encoded$) =>
    defer(() => {
      let window: (RowWindow & { readonly isAgain: boolean; last: Cursor }) | undefined;
      let number = from?.window ?? 0;
      let skip = from?.skip ?? 0;
      const memory = createWindowMemory(layout.words, Math.max(capacity, again ?? 0));
      /** Whether there are rows that may be handed on when they have waited; emits when a window has got its first row, and when it goes on. */
      const waiting$ = new Subject<boolean>();

      function begin(cursor: Cursor, row: number) {
        const isAgain = again !== undefined && number === from!.window;
        const place: Place = { epoch, window: number++, cursor, skip: row };
        window = { ...createWindow(place, layout.words, isAgain ? again : capacity, memory), isAgain, last: cursor };
        waiting$.next(!isAgain);
        return window;
      }

      function finish({ place, length, segments, taken, last }: RowWindow & { readonly last: Cursor }): Rows {
        window = undefined;
        waiting$.next(false);
        const rows: Rows = { layout, length: length(), segments: segments(), place, last };
        const given = inOrder ? rows : permuteRows(rows, seed, memory.takeOrder(rows.length));
        return reuse ? { ...given, release: () => memory.giveBack(taken, given.order) } : given;
      }

      function* add({ words, n, cursor }: EncodedBatch): Generator<Rows> {
        let row = Math.min(skip, n);
        skip -= row;
        while (row < n) {
          const filling = window ?? begin(cursor, row);
          const before = filling.length();
          const whole = wait && inOrder && !filling.isAgain ? wholeBatches(before + n - row) - before : 0;
          filling.last = cursor;
          row += filling.add(words, row, whole > 0 ? row + whole : n);
          if (filling.isFull() || whole > 0) yield finish(filling);
        }
      }

      const windows$ = concat(
        encoded$.pipe(concatMap((batch) => fromIterable(add(batch)))),
        defer(() => (window ? [finish(window)] : [])),
      );
      if (!wait || wait.maxMs === Number.POSITIVE_INFINITY) return windows$;
      const cut$ = waiting$.pipe(
        switchMap((isWaiting) => (isWaiting ? wait.gate.waited(wait.maxMs) : EMPTY)),
        map(() => {
          const rows = finish(window!);
          wait.onCut?.(rows.length);
          return rows;
        }),
      );
      return merge(cut$, windows$.pipe(tap({ complete: () => waiting$.complete() })));
    });
}

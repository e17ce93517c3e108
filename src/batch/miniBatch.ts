import { concatMap, defer, finalize, from as fromIterable, type OperatorFunction } from 'rxjs';
import { OptionError } from '../errors.ts';
import type { Gate } from '../flow/gate.ts';
import type { Engine, MiniBatch, Position, RowLayout, Rows } from '../types.ts';
import { takeBatchMemory } from './batchMemory.ts';
import { createGatherer } from './gatherer.ts';

export interface MiniBatchOptions {
  /** Rows of a mini-batch; an integer, at least 1. */
  readonly size: number;
  /** Where the arrays are taken. */
  readonly engine: Engine;
  readonly layout: RowLayout;
  /**
   * Paces the mini-batches of a window, so that timers run between them.
   * @default none: they are emitted synchronously
   */
  readonly gate?: Pick<Gate, 'pace'>;
  /**
   * Where to go on: the first `from.offset` rows of the first window have been trained on.
   * @default the first row
   */
  readonly from?: Position;
}

/**
 * Writes rows into engine memory, `size` at a time, in the order of their window. The last mini-batch of a window is short when its rows do not
 * fill it: mini-batches do not span windows. Their arrays are borrowed: valid until the next one. A window is released after its last row.
 *
 * @throws OptionError where `size` is not an integer of at least 1
 * @example rows$.pipe(miniBatch({ size: 512, engine, layout: preprocessor.layout }))
 */
export function miniBatch({ size, engine, layout, gate, from }: MiniBatchOptions): OperatorFunction<Rows, MiniBatch> {
  if (!Number.isSafeInteger(size) || size < 1) {
    throw new OptionError({ where: 'miniBatch: size', expected: 'an integer of at least 1', received: `${size}` });
  }
  return (rows$) =>
    defer(() => {
      const { memory, release } = takeBatchMemory(engine, layout, size);
      const gather = createGatherer(layout, memory);
      let skip = from?.offset ?? 0;

      function* batches(rows: Rows): Generator<MiniBatch> {
        const { place, length } = rows;
        let at = Math.min(skip, length);
        skip = 0;
        const copy = gather.from(rows);
        while (at < length) {
          const n = Math.min(size, length - at);
          copy(at, n);
          at += n;
          const whole = n === size;
          yield {
            kind: 'step',
            epoch: place.epoch,
            n,
            x: whole ? memory.x : memory.x.subarray(0, n * layout.width),
            codes: whole ? memory.codes : memory.codes.map((codes) => codes.subarray(0, n)),
            y: whole ? memory.y : memory.y.subarray(0, n),
            ...(memory.weights && { weights: whole ? memory.weights : memory.weights.subarray(0, n) }),
            position: { ...place, offset: at },
          };
        }
        rows.release?.();
      }

      return rows$.pipe(
        concatMap((rows) => (gate ? gate.pace(batches(rows)) : fromIterable(batches(rows)))),
        finalize(release),
      );
    });
}

import { concatMap, defer, finalize, from as fromIterable, type OperatorFunction } from 'rxjs';
import { openScope } from '../engine/openScope.ts';
import type { Engine } from '../engine/types.ts';
import type { Gate } from '../flow/gate.ts';
import { integer, made, required } from '../options/bounds.ts';
import { checkOptions } from '../options/checkOptions.ts';
import type { RowLayout } from '../preprocess/types.ts';
import { layoutBound, positionBound } from './batchBounds.ts';
import { takeBatchMemory } from './batchMemory.ts';
import { createGatherer } from './gatherer.ts';
import type { MiniBatch, Position, Rows } from './types.ts';

export interface MiniBatchOptions {
  /** Rows of a mini-batch; an integer, at least 1. */
  readonly size: number;
  /** Where the arrays are taken. It gets them back when the subscription ends. */
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
 * fill it: mini-batches do not span windows. Their arrays are borrowed: valid until the next one, or the end. A window is released after its last row.
 *
 * @throws OptionError where `size` is not an integer of at least 1
 * @example rows$.pipe(miniBatch({ size: 512, engine, layout: preprocessor.layout }))
 */
export function miniBatch(options: MiniBatchOptions): OperatorFunction<Rows, MiniBatch> {
  checkOptions<MiniBatchOptions>('miniBatch', options, {
    size: required(integer({ least: 1 })),
    engine: required(made<Engine>('an engine, as openEngine()', 'vector')),
    layout: required(layoutBound),
    gate: made<Pick<Gate, 'pace'>>('a gate, as createGate()', 'pace'),
    from: positionBound,
  });
  const { size, engine, layout, gate, from } = options;
  return (rows$) =>
    defer(() => {
      const scope = openScope(engine);
      const memory = takeBatchMemory(scope, layout, size);
      const gather = createGatherer(layout, memory);
      let skip = from?.offset ?? 0;

      function* batches(rows: Rows): Generator<MiniBatch> {
        const { place, length, last } = rows;
        let at = Math.min(skip, length);
        skip -= at;
        const copy = gather.from(rows);
        while (at < length) {
          const n = Math.min(size, length - at);
          copy(at, n);
          at += n;
          const whole = n === size;
          yield {
            kind: 'step',
            epoch: place.epoch + 1,
            n,
            x: whole ? memory.x : memory.x.subarray(0, n * layout.width),
            codes: whole ? memory.codes : memory.codes.map((codes) => codes.subarray(0, n)),
            y: whole ? memory.y : memory.y.subarray(0, n),
            ...(memory.weights && { weights: whole ? memory.weights : memory.weights.subarray(0, n) }),
            position: { ...place, offset: at, rows: length, ...(last !== undefined && { last }) },
          };
        }
        rows.release?.();
      }

      return rows$.pipe(
        concatMap((rows) => (gate ? gate.pace(batches(rows)) : fromIterable(batches(rows)))),
        finalize(scope.close),
      );
    });
}

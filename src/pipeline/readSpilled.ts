import { concat, defer, type Observable } from 'rxjs';
import type { Spill } from '../batch/spill.ts';
import type { EncodedBatch } from '../preprocess/encode.ts';
import type { Position, Rows } from '../types.ts';
import type { Assembly } from './assemble.ts';

/**
 * The windows of an epoch from a position on, from disk. Where the rows are not there yet, the whole of them is read and dealt first, in
 * whatever epoch a run begins.
 *
 * Counts go by whole readings: before the epoch ends, those of a checkpoint are as they were when it began.
 */
export function readSpilled(
  { gate, counting, kept }: Pick<Assembly, 'gate' | 'counting' | 'kept'>,
  spill: Spill,
  from: Position,
  encoded$: Observable<EncodedBatch>,
): Observable<Rows> {
  const { counters } = counting;
  const drawn$ = gate.draw(() => spill.draw(from));
  return defer(() => {
    counting.mark(null);
    if (spill.isDealt && kept.dealt) {
      counters.missing += kept.dealt.missing;
      counters.unseen += kept.dealt.unseen;
      return drawn$;
    }
    return concat(
      encoded$.pipe(spill.deal),
      defer(() => {
        kept.dealt = counting.since(null);
        return drawn$;
      }),
    );
  });
}

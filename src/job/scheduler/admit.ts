import type { OpenRun } from '../store/runTable.ts';
import type { Overlap, TickOrigin } from '../types.ts';

/** What becomes of a tick, and of the runs that are not over. */
export interface Admission {
  /** `queue` for a worker, `buffer` until the others are over, or `skip`. */
  readonly to: 'queue' | 'buffer' | 'skip';
  /** Runs that shall end before. */
  readonly cancel: readonly OpenRun[];
}

/**
 * The overlap policies.
 *
 * @param open oldest first
 * @example admit('skip', [{ id: 7, state: 'running', isAsked: false }]).to //=> 'skip'
 */
export function admit(overlap: Overlap, open: readonly OpenRun[]): Admission {
  if (open.length === 0 || overlap === 'allowAll') return { to: 'queue', cancel: [] };
  if (overlap === 'skip') return { to: 'skip', cancel: [] };
  if (overlap === 'bufferAll') return { to: 'buffer', cancel: [] };
  if (overlap === 'bufferOne') return { to: 'buffer', cancel: open.filter(isReplaceable) };
  return { to: open.some(({ state }) => state === 'running') ? 'buffer' : 'queue', cancel: open };
}

/** What a person asks for is never skipped. */
function isReplaceable({ state, isAsked }: OpenRun): boolean {
  return state === 'buffered' && !isAsked;
}

/**
 * The policy for a tick of this origin. What a person asks for is never skipped: it waits, and what was asked for at once runs one after the
 * other.
 */
export function overlapFor(overlap: Overlap, origin: TickOrigin): Overlap {
  if (origin === 'backfill') return 'bufferAll';
  if (origin === 'trigger' && (overlap === 'skip' || overlap === 'bufferOne')) return 'bufferAll';
  return overlap;
}

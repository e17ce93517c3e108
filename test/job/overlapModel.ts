import type { CatchUp, Overlap } from '../../src/job/types.ts';

/** A world in which one job is due every period. A scheduler looks at some moments; a run takes as long as its due time says. */
export interface World {
  readonly overlap: Overlap;
  readonly catchUp: CatchUp;
  readonly periodMs: number;
  readonly graceMs: number;
  /** Ascending. */
  readonly looks: readonly number[];
  lengthOf(dueAt: number): number;
}

/** What became of a due time: its fate, and when its run began. */
export type Fate = 'ran' | 'skipped' | 'missed';
export interface Outcome {
  /** By due time, ascending. */
  readonly fates: readonly (readonly [dueAt: number, fate: Fate])[];
  /** In the order in which they happened. */
  readonly starts: readonly (readonly [at: number, dueAt: number])[];
}

/** What the policies mean, without a database: the reference that the ledger is held against. */
export function playModel({ overlap, catchUp, periodMs, graceMs, looks, lengthOf }: World): Outcome {
  const fates = new Map<number, Fate>();
  const starts: [number, number][] = [];
  const queued: number[] = [];
  const buffer: number[] = [];
  let running: { dueAt: number; end: number; isCancelled?: boolean }[] = [];
  const skip = (dueAt: number) => fates.set(dueAt, 'skipped');
  const begin = (at: number) => {
    if (queued.length + running.length === 0) queued.push(...buffer.splice(0, 1));
    for (const dueAt of queued.splice(0)) {
      starts.push([at, dueAt]);
      running.push({ dueAt, end: at + lengthOf(dueAt) });
    }
  };
  let seen = 0;
  for (const now of [...looks, Infinity]) {
    for (;;) {
      const [first] = running.toSorted((a, b) => a.end - b.end || a.dueAt - b.dueAt);
      if (!first || first.end > now) break;
      running = running.filter((run) => run !== first);
      fates.set(first.dueAt, 'ran');
      begin(first.end);
    }
    if (now === Infinity) break;
    const last = Math.floor(now / periodMs) * periodMs;
    for (let dueAt = seen + periodMs; dueAt <= last; dueAt += periodMs) {
      const late = now - dueAt;
      const isCaught =
        late <= catchUp.windowMs && (catchUp.run === 'all' || (catchUp.run === 'latest' && dueAt === last));
      if (late > graceMs && !isCaught) fates.set(dueAt, 'missed');
      else if (queued.length + running.length === 0 || overlap === 'allowAll') queued.push(dueAt);
      else if (overlap === 'skip') skip(dueAt);
      else {
        if (overlap !== 'bufferAll') buffer.splice(0).forEach(skip);
        if (overlap === 'cancelOther') {
          queued.splice(0).forEach(skip);
          for (const run of running) run.isCancelled = true;
        }
        buffer.push(dueAt);
      }
    }
    begin(now);
    // Workers end what is cancelled right after the look.
    for (const { dueAt, isCancelled } of running) if (isCancelled) skip(dueAt);
    running = running.filter(({ isCancelled }) => !isCancelled);
    begin(now);
    seen = last;
  }
  return { fates: [...fates].sort(([a], [b]) => a - b), starts };
}

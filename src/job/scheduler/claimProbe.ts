import type { Ledger } from '../store/database.ts';
import { lockJob } from '../store/jobTable.ts';
import { type ProbeKind, saveNextProbe, scheduleProbe } from '../store/probeTable.ts';
import { isBusyOrPaused } from '../store/runTable.ts';
import { type KeptVersion, readChampions, readScores } from '../store/versionTable.ts';
import type { Job, SlicedScores } from '../types.ts';

/** A look at the rows of a job between its ticks: are there enough new ones, or have they moved? */
export interface Probe {
  readonly kind: ProbeKind;
  readonly everyMs: number;
}

/** What a probe begins with. */
export interface ProbeClaim {
  readonly watermark: number | null;
  readonly champions: readonly KeptVersion[];
  /** What the champion scored when it was promoted. */
  readonly promoted: SlicedScores | null;
}

/** The probes that a job declares. */
export function probesOf({ schedule, drift }: Job): readonly Probe[] {
  return [
    ...(schedule.newData ? [{ kind: 'newData', everyMs: schedule.newData.everyMs } as const] : []),
    ...(drift ? [{ kind: 'drift', everyMs: drift.everyMs } as const] : []),
  ];
}

/**
 * Takes a probe that is due, so that no other scheduler does. One that dies over it leaves it to the next time. While a run of the job is
 * not over there is nothing to ask for; nor while the job is paused, and for drift without a champion.
 *
 * @returns when the next is due, and what to begin with where it was taken
 */
export function claimProbe(
  { database, clock }: Ledger,
  job: string,
  { kind, everyMs }: Probe,
): Promise<{ readonly nextAt: number; readonly claim: ProbeClaim | undefined }> {
  return database.transaction(async (sql) => {
    const now = clock.now();
    const { watermark } = await lockJob(sql, job);
    // A clock that was set back does not put it off for longer than usual.
    const first = kind === 'newData' ? now : now + everyMs;
    const dueAt = await scheduleProbe(sql, job, kind, { first, latest: now + everyMs });
    if (dueAt > now) return { nextAt: dueAt, claim: undefined };
    const nextAt = now + everyMs;
    await saveNextProbe(sql, job, kind, nextAt);
    if (await isBusyOrPaused(sql, job)) return { nextAt, claim: undefined };
    const champions = await readChampions(sql, job);
    if (kind === 'drift' && champions.length === 0) return { nextAt, claim: undefined };
    const promoted = await readScores(sql, job, champions[0]?.version ?? null);
    return { nextAt, claim: { watermark, champions, promoted } };
  });
}

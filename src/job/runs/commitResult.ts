import { dropOldVersions, insertVersion, type VersionView } from '../store/versionTable.ts';
import type { Ledger, Sql } from '../store/database.ts';
import { requeue, type LockedRun, type Outcome, withLease } from './withLease.ts';
import { deleteChallenger, readAlias, setAlias } from '../store/aliasTable.ts';
import { advanceWatermark } from '../store/jobTable.ts';
import { saveNewRows, saveResult } from '../store/runTable.ts';
import { join } from 'node:path/posix';
import type { Json } from '../../json.ts';
import { setChampion } from '../registry/setChampion.ts';
import { endRun } from './endRun.ts';
import { shownTime } from '../../format/times.ts';
import type { TrainingResult, Verdict } from '../types.ts';
import type { Lease } from './lease.ts';

type Trained = Extract<TrainingResult, { kind: 'trained' }>;

/** What a worker adds to a result. */
export interface Committing {
  /** The folder of the lease, from the home folder on. */
  readonly folder: string;
  /** Which code trained it. */
  readonly codeVersion: string;
  /** How far it has come. */
  readonly progress?: Json;
}

/**
 * Commits what a run has come to: the version, the decision on it with the aliases, the watermark, the run and its tick, in one transaction,
 * and only by whoever has the last lease.
 */
export function commitResult(
  ledger: Ledger,
  lease: Lease,
  result: TrainingResult,
  committing: Committing,
): Promise<Outcome> {
  return withLease(ledger, lease, async (sql, locked) => {
    if (result.kind === 'trained') return commitModel(sql, ledger, { lease, locked, result, committing });
    const { newRows, minRows } = result;
    await saveNewRows(sql, lease.run, newRows);
    const reason = `${newRows} new rows, at least ${minRows} are needed`;
    await endRun(sql, ledger, { id: lease.run, job: lease.job }, { state: 'skipped', reason });
    return `skipped: ${reason}`;
  });
}

interface Decision {
  readonly lease: Lease;
  readonly locked: LockedRun;
  readonly result: Trained;
  readonly committing: Committing;
}

async function commitModel(sql: Sql, ledger: Ledger, decision: Decision): Promise<string> {
  const { lease, locked, result, committing } = decision;
  const { run, job, dueAt, declaration } = lease;
  const { verdict } = result;
  const at = ledger.clock.now();
  if ((await readAlias(sql, job, 'champion')) !== (lease.champions[0]?.version ?? null)) {
    // The verdict is on another champion. The run goes on from its end, and is judged again.
    await requeue(sql, run);
    return 'to be judged again: the champion is another than it was';
  }
  const version = await insertVersion(sql, versionOf(decision, at));
  await saveResult(sql, run, { ...result, version, progress: committing.progress ?? null });
  const isPast = lease.origin === 'backfill' && locked.watermark !== null && dueAt < locked.watermark;
  const reason = reasonOf(verdict, isPast);
  if (!verdict.passed) {
    await setAlias(sql, { job, name: 'challenger', kind: 'promote', version, by: 'checks', why: reason, at });
  } else if (!isPast) {
    await setChampion(sql, { job, version, kind: 'promote', by: 'checks', why: reason, at });
    // Whoever was rejected before has lost to this one as well.
    await deleteChallenger(sql, job);
  }
  if (verdict.passed || declaration.data.onReject === 'advance') {
    await advanceWatermark(sql, job, dueAt);
  }
  const state = verdict.passed ? 'succeeded' : 'rejected';
  await endRun(sql, ledger, { id: run, job }, { state, reason });
  await dropOldVersions(sql, job, declaration.keep, at);
  return `${state}, version ${version}: ${reason}`;

  function reasonOf({ passed, checks }: Verdict, isLate: boolean): string {
    const decisive = checks.filter((check) => check.passed === passed).map((check) => check.reason);
    const late = `rows up to ${shownTime(locked.watermark ?? dueAt)} have been decided on: not promoted`;
    const all = [...(isLate && passed ? [late] : []), ...decisive];
    return all.length > 0 ? all.join('; ') : 'there are no checks';
  }
}

function versionOf({ lease, result, committing }: Decision, createdAt: number): Omit<VersionView, 'number' | 'aliases'> {
  const { candidate, champion } = result;
  return {
    ...result,
    job: lease.job,
    run: lease.run,
    checkpoint: join(committing.folder, result.checkpoint),
    codeVersion: committing.codeVersion,
    scores: { candidate, champion },
    parent: result.start.kind === 'warm' ? result.start.version : null,
    createdAt,
  };
}

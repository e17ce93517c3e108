import { join } from 'node:path/posix';
import type { Json } from '../../types.ts';
import type { Sql } from '../database/database.ts';
import { endRun } from '../ledger/endRun.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { shownTime } from '../ledger/shownTime.ts';
import { dropOldVersions } from '../registry/dropOldVersions.ts';
import { setAlias } from '../registry/setAlias.ts';
import { setChampion } from '../registry/setChampion.ts';
import type { TrainingResult, Verdict } from '../types.ts';
import { requeue } from './giveBack.ts';
import { type Held, holdLease, type Told } from './holdLease.ts';
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
): Promise<Told> {
  return holdLease(ledger, lease, async (sql, held) => {
    if (result.kind === 'trained') return commitModel(sql, ledger, { lease, held, result, committing });
    const { newRows, minRows } = result;
    await sql.query(`update millrace.run set new_rows = $2 where id = $1`, [lease.run, newRows]);
    const reason = `${newRows} new rows, at least ${minRows} are needed`;
    await endRun(sql, ledger, { id: lease.run, job: lease.job }, { state: 'skipped', reason });
    return `skipped: ${reason}`;
  });
}

interface Decision {
  readonly lease: Lease;
  readonly held: Held;
  readonly result: Trained;
  readonly committing: Committing;
}

async function commitModel(sql: Sql, ledger: Ledger, decision: Decision): Promise<string> {
  const { lease, held, result, committing } = decision;
  const { run, job, dueAt, declaration } = lease;
  const { verdict } = result;
  const at = ledger.clock.now();
  const [champion] = await sql.query<{ version: number }>(
    `select version from millrace.alias where job = $1 and name = 'champion'`,
    [job],
  );
  if ((champion?.version ?? null) !== (lease.champions[0]?.version ?? null)) {
    // The verdict is on another champion. The run goes on from its end, and is judged again.
    await requeue(sql, ledger, run);
    return 'to be judged again: the champion is another than it was';
  }
  const version = await enterVersion(sql, decision, at);
  await sql.query(
    `update millrace.run set version = $2, verdict = $3, new_rows = $4, data_from = $5, data_to = $6,
       progress = coalesce($7::jsonb, progress) where id = $1`,
    [
      run,
      version,
      JSON.stringify(verdict),
      result.newRows,
      result.dataFrom,
      result.dataTo,
      committing.progress ? JSON.stringify(committing.progress) : null,
    ],
  );
  const isPast = lease.origin === 'backfill' && held.watermark !== null && dueAt < held.watermark;
  const reason = reasonOf(verdict, isPast);
  if (!verdict.passed) {
    await setAlias(sql, { job, name: 'challenger', kind: 'promote', version, by: 'gate', why: reason, at });
  } else if (!isPast) {
    await setChampion(sql, { job, version, kind: 'promote', by: 'gate', why: reason, at });
    // Whoever was rejected before has lost to this one as well.
    await sql.query(`delete from millrace.alias where job = $1 and name = 'challenger'`, [job]);
  }
  if (verdict.passed || declaration.data.onReject === 'advance') {
    await sql.query(`update millrace.job set watermark = greatest(watermark, $2) where name = $1`, [job, dueAt]);
  }
  const state = verdict.passed ? 'succeeded' : 'rejected';
  await endRun(sql, ledger, { id: run, job }, { state, reason });
  await dropOldVersions(sql, job, declaration.keep, at);
  return `${state}, version ${version}: ${reason}`;

  function reasonOf({ passed, checks }: Verdict, isLate: boolean): string {
    const decisive = checks.filter((check) => check.passed === passed).map((check) => check.reason);
    const late = `rows up to ${shownTime(held.watermark ?? dueAt)} have been decided on: not promoted`;
    const all = [...(isLate && passed ? [late] : []), ...decisive];
    return all.length > 0 ? all.join('; ') : 'the gate has no checks';
  }
}

async function enterVersion(sql: Sql, { lease, result, committing }: Decision, at: number): Promise<number> {
  const { candidate, champion, verdict, fingerprint } = result;
  const json = [fingerprint, { candidate, champion }, verdict].map((value) => JSON.stringify(value));
  const [{ number }] = await sql.query<{ number: number }>(
    `insert into millrace.version (job, number, run_id, checkpoint, sha256, pipeline_hash, code_version, data_from, data_to,
       parent, created_at, fingerprint, scores, verdict)
     select $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13
     from millrace.version where job = $1 returning number`,
    [
      lease.job,
      lease.run,
      join(committing.folder, result.checkpoint),
      result.sha256,
      result.pipelineHash,
      committing.codeVersion,
      result.dataFrom,
      result.dataTo,
      result.start.kind === 'warm' ? result.start.version : null,
      at,
      ...json,
    ],
  );
  return number;
}

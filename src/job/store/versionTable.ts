import type { Json } from '../../json.ts';
import type { SlicedScores, Verdict } from '../types.ts';
import type { Sql } from './database.ts';

/** A version that is kept. */
export interface KeptVersion {
  readonly version: number;
  /** From the home folder on. */
  readonly checkpoint: string;
  readonly sha256: string;
}

/** The champion of a job and those before it that are kept, newest first. */
export function readChampions(sql: Sql, job: string): Promise<readonly KeptVersion[]> {
  return sql.query<KeptVersion>(
    `select v.number as version, v.checkpoint, v.sha256
     from millrace.job j, unnest(j.champions) with ordinality as champion (number, place)
     join millrace.version v on v.job = $1 and v.number = champion.number and v.deleted_at is null
     where j.name = $1 order by place`,
    [job],
  );
}

/** @returns undefined where there is no such version, or it is not kept */
export async function readVersion(sql: Sql, job: string, version: number): Promise<KeptVersion | undefined> {
  const [found] = await sql.query<KeptVersion>(
    `select number as version, checkpoint, sha256 from millrace.version
     where job = $1 and number = $2 and deleted_at is null`,
    [job, version],
  );
  return found;
}

/** What a version scored when it was made; null where there is none. */
export async function readScores(sql: Sql, job: string, version: number | null): Promise<SlicedScores | null> {
  const [found] = await sql.query<{ scores: SlicedScores | null }>(
    `select scores->'candidate' as scores from millrace.version where job = $1 and number = $2`,
    [job, version],
  );
  return found?.scores ?? null;
}

/** What a candidate scored, and the champion on the same rows. */
export interface ComparedScores {
  readonly candidate: SlicedScores;
  readonly champion: { readonly version: number; readonly scores: SlicedScores } | null;
}

export interface VersionView {
  readonly job: string;
  readonly number: number;
  readonly aliases: readonly string[];
  readonly run: number;
  /** From the home folder on. */
  readonly checkpoint: string;
  readonly sha256: string;
  readonly pipelineHash: string;
  readonly codeVersion: string;
  readonly fingerprint: Json;
  readonly dataFrom: number | null;
  readonly dataTo: number | null;
  readonly scores: ComparedScores;
  readonly verdict: Verdict;
  /** The version that training began from; null for none. */
  readonly parent: number | null;
  readonly createdAt: number;
}

/** Enters the model that a run has made. @returns its number. The job's row is locked. */
export async function insertVersion(sql: Sql, version: Omit<VersionView, 'number' | 'aliases'>): Promise<number> {
  const [{ number }] = await sql.query<{ number: number }>(
    `insert into millrace.version (job, number, run_id, checkpoint, sha256, pipeline_hash, code_version, data_from, data_to,
       parent, created_at, fingerprint, scores, verdict)
     select $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13
     from millrace.version where job = $1 returning number`,
    [
      version.job,
      version.run,
      version.checkpoint,
      version.sha256,
      version.pipelineHash,
      version.codeVersion,
      version.dataFrom,
      version.dataTo,
      version.parent,
      version.createdAt,
      JSON.stringify(version.fingerprint),
      JSON.stringify(version.scores),
      JSON.stringify(version.verdict),
    ],
  );
  return number;
}

/** The kept versions, newest first; of all jobs where none is named. */
export function readVersions(sql: Sql, job: string | null): Promise<readonly VersionView[]> {
  return sql.query<VersionView>(
    `select job, number, run_id as run, checkpoint, sha256, pipeline_hash as "pipelineHash",
       code_version as "codeVersion", fingerprint, data_from as "dataFrom", data_to as "dataTo", scores, verdict, parent,
       created_at as "createdAt",
       coalesce((select jsonb_agg(name order by name) from millrace.alias a
                 where a.job = v.job and a.version = v.number), '[]') as aliases
     from millrace.version v where deleted_at is null and ($1::text is null or job = $1) order by job, number desc`,
    [job],
  );
}

/**
 * Marks the oldest versions that no alias points to, beyond so many, as deleted. Their files go later: a process that dies in between, or
 * a transaction that is rolled back, leaves no version without its file. The job's row is locked.
 */
export async function dropOldVersions(sql: Sql, job: string, keep: number, now: number): Promise<void> {
  await sql.query(
    `update millrace.version set deleted_at = $3
     where job = $1 and deleted_at is null and number = any (array(
       select number from millrace.version v
       where job = $1 and deleted_at is null
         and not exists (select from millrace.alias a where a.job = v.job and a.version = v.number)
       order by number desc offset $2
     ))`,
    [job, keep, now],
  );
}

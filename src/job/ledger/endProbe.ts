import type { Sql } from '../database/database.ts';
import { tell } from '../notify/tell.ts';
import type { DriftReport, Job } from '../types.ts';
import { admitTick } from './admitTick.ts';
import type { Probe } from './claimProbe.ts';
import type { Ledger } from './ledger.ts';

/** What a probe has come to. */
export type Found =
  | { readonly kind: 'count'; readonly newRows: number }
  | { readonly kind: 'drift'; readonly report: DriftReport }
  | { readonly kind: 'error'; readonly message: string };

/**
 * Notes what a probe has found, and asks for a run where there is reason to. Drift does not ask twice for the same rows and the same champion:
 * the gate has decided on them.
 *
 * @returns why a run was asked for; undefined where none was
 */
export function endProbe(
  ledger: Ledger,
  { name, overlap, schedule }: Job,
  { kind }: Pick<Probe, 'kind'>,
  found: Found,
): Promise<string | undefined> {
  return ledger.database.transaction(async (sql) => {
    await sql.query(`select from millrace.job where name = $1 for update`, [name]);
    const [old] = await sql.query<{ found: Found | null; error: string | null }>(
      `select found, error from millrace.probe where job = $1 and kind = $2`,
      [name, kind],
    );
    const dueAt = ledger.clock.now();
    if (found.kind === 'error') {
      await sql.query(`update millrace.probe set error = $3 where job = $1 and kind = $2`, [name, kind, found.message]);
      if (old.error === null)
        await tell(sql, { job: name, event: 'alert', at: dueAt, text: `${name}: ${found.message}` });
      return undefined;
    }
    const cause = causeOf(found, old.found, schedule.newData?.minRows);
    await noteFound(sql, name, kind, found);
    if (cause !== undefined) await admitTick(sql, ledger, { job: name, overlap, dueAt, origin: kind, cause });
    return cause;
  });
}

async function noteFound(sql: Sql, job: string, kind: Probe['kind'], found: Found): Promise<void> {
  await sql.query(`update millrace.probe set found = $3, error = null where job = $1 and kind = $2`, [
    job,
    kind,
    JSON.stringify(found),
  ]);
}

function causeOf(found: Exclude<Found, { kind: 'error' }>, before: Found | null, minRows = 1): string | undefined {
  if (found.kind === 'count') return found.newRows >= minRows ? `${found.newRows} new rows` : undefined;
  const { reasons, newRows, version } = found.report;
  const isSame = before?.kind === 'drift' && before.report.newRows === newRows && before.report.version === version;
  return reasons.length === 0 || isSame ? undefined : reasons.join('; ');
}

import type { Ledger } from '../store/database.ts';
import { lockJob } from '../store/jobTable.ts';
import { queueNotification } from '../store/notificationTable.ts';
import { type Found, readProbe, saveFound, saveProbeError } from '../store/probeTable.ts';
import type { Job } from '../types.ts';
import { admitTick } from './admitTick.ts';
import type { Probe } from './claimProbe.ts';

/**
 * Notes what a probe has found, and asks for a run where there is reason to. Drift does not ask twice for the same rows and the same champion:
 * the checks have decided on them.
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
    await lockJob(sql, name);
    const old = await readProbe(sql, name, kind);
    const dueAt = ledger.clock.now();
    if (found.kind === 'error') {
      await saveProbeError(sql, name, kind, found.message);
      if (old.error === null)
        await queueNotification(sql, { job: name, event: 'alert', at: dueAt, text: `${name}: ${found.message}` });
      return undefined;
    }
    const cause = causeOf(found, old.found, schedule.newData?.minRows);
    await saveFound(sql, name, kind, found);
    if (cause !== undefined) await admitTick(sql, ledger, { job: name, overlap, dueAt, origin: kind, cause });
    return cause;
  });
}

function causeOf(found: Exclude<Found, { kind: 'error' }>, before: Found | null, minRows = 1): string | undefined {
  if (found.kind === 'count') return found.newRows >= minRows ? `${found.newRows} new rows` : undefined;
  const { reasons, newRows, version } = found.report;
  const isSame = before?.kind === 'drift' && before.report.newRows === newRows && before.report.version === version;
  return reasons.length === 0 || isSame ? undefined : reasons.join('; ');
}

import { type DeclaredJob, declarationOf } from '../declare/declaration.ts';
import { nextDue } from '../declare/nextDue.ts';
import type { Ledger } from '../store/database.ts';
import { saveDeclaration } from '../store/jobTable.ts';
import { deleteOtherProbes } from '../store/probeTable.ts';
import { probesOf } from './claimProbe.ts';

/**
 * Enters a job in the ledger, or its newest declaration. Times are due from now on: those of a schedule that is new, or another than before,
 * were not due under it.
 */
export async function declareJob({ database, clock }: Ledger, { job, file }: DeclaredJob): Promise<void> {
  const declaredAt = clock.now();
  const declaration = declarationOf(job);
  await saveDeclaration(database, { file, declaration, declaredAt, nextDue: nextDue(job, declaredAt) });
  const kinds = probesOf(job).map(({ kind }) => kind);
  await deleteOtherProbes(database, job.name, kinds);
}

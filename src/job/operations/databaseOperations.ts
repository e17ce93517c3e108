import { askOperations } from './askOperations.ts';
import type { Operations } from './operations.ts';
import { readLedger } from './readLedger.ts';
import { type RegistryContext, registryOperations } from './registryOperations.ts';

export interface OperationsContext extends RegistryContext {
  /**
   * How long a scheduler may take to answer, in milliseconds.
   * @default 10_000
   */
  readonly patienceMs?: number;
}

/** The operations on a database that is open in this process. */
export function databaseOperations(context: OperationsContext): Operations {
  return {
    ...readLedger(context.database),
    ...registryOperations(context),
    ...askOperations({ ...context, patienceMs: context.patienceMs ?? 10_000 }),
  };
}

import { openOperations } from '../job/daemon/openOperations.ts';
import type { Operations } from '../job/operations/operations.ts';
import { databaseUrl, homeOf } from './homeOf.ts';

/** Does something with the operations of scheduled retraining, wherever its database is. */
export async function withOperations<T>(
  values: { readonly home?: string },
  action: (operations: Operations) => Promise<T>,
): Promise<T> {
  const { operations, close } = await openOperations(homeOf(values), databaseUrl(), {
    wait: (text) => console.error(`millrace: ${text}; waiting for it`),
  });
  try {
    return await action(operations);
  } finally {
    await close();
  }
}

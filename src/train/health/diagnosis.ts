import type { Finding } from '../../types.ts';

/** What a check has found, before it is known at which step. */
export type Diagnosis = Omit<Finding, 'kind' | 'step' | 'epoch'>;

import type { Finding, Problem } from '../types.ts';

/** What a check has found, before it is known at which step. */
export interface Diagnosis extends Omit<Finding, 'kind' | 'step' | 'epoch'> {
  /** Problems that follow from this one: where they are found as well, or later, nothing is said of them. */
  readonly explains: readonly Problem[];
}

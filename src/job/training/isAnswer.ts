import type { TrainingMessage } from '../types.ts';

/** Whether a training process has said what it was asked for. */
export function isAnswer({ kind }: TrainingMessage): boolean {
  return kind === 'result' || kind === 'count' || kind === 'drift';
}

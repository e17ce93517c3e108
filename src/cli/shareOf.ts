import { UsageError } from './command.ts';

/**
 * A probability of the command line.
 *
 * @throws UsageError where it is none
 */
export function shareOf(option: string, text: string): number {
  const share = Number(text);
  if (text.trim() !== '' && share >= 0 && share <= 1) return share;
  throw new UsageError(`${option}: expected a probability in [0, 1], got ${text}`);
}

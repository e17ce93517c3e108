import { UsageError } from './command.ts';

/**
 * The whole number that an option or argument gives.
 *
 * @throws UsageError where it is none, or out of bounds
 */
export function integerOf(name: string, text: string, least: number, most = Number.MAX_SAFE_INTEGER): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  const bounds = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new UsageError(`${name}: expected an integer ${bounds}, got ${text}`);
}

import { OptionError } from '../errors.ts';

/**
 * Refuses an option of a loss that is out of bounds.
 *
 * @param where function and option: `huber: delta`
 * @throws OptionError unless `holds`
 */
export function checkLossOption(where: string, holds: boolean, expected: string, received: unknown): void {
  if (!holds) throw new OptionError({ where, expected, received: String(JSON.stringify(received) ?? received) });
}

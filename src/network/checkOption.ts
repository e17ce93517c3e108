import { OptionError } from '../errors.ts';

/**
 * Refuses an option that is out of bounds.
 *
 * @param where function and option, as the user wrote them: `dense: units`
 * @param holds whether the option is as it should be
 * @throws OptionError unless `holds`
 */
export function checkOption(where: string, holds: boolean, expected: string, received: unknown): void {
  if (holds) return;
  const shown = typeof received === 'string' ? JSON.stringify(received) : String(received);
  throw new OptionError({ where, expected, received: shown });
}

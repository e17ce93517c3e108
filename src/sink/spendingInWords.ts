import type { Spending } from '../flow/types.ts';

/**
 * Shares of the time, the largest first; those under one percent are left out.
 *
 * @example spendingInWords({ waitMs: 250, computeMs: 750, sinkMs: 2 }) //=> '75 % training, 25 % waiting for data'
 */
export function spendingInWords({ waitMs, computeMs, sinkMs }: Spending): string {
  const all = waitMs + computeMs + sinkMs;
  const parts = [
    { ms: computeMs, what: 'training' },
    { ms: waitMs, what: 'waiting for data' },
    { ms: sinkMs, what: 'waiting for sinks' },
  ];
  return parts
    .filter(({ ms }) => ms >= all / 100 && ms > 0)
    .sort((a, b) => b.ms - a.ms)
    .map(({ ms, what }) => `${Math.round((100 * ms) / all)} % ${what}`)
    .join(', ');
}

import type { Bottleneck, Spending } from './types.ts';

/**
 * What most of the time has gone into, training where nothing has.
 *
 * @example bottleneck({ waitMs: 900, computeMs: 100, sinkMs: 0 }) //=> 'reading'
 */
export function bottleneck({ waitMs, computeMs, sinkMs }: Spending): Bottleneck {
  if (sinkMs > computeMs && sinkMs > waitMs) return 'sinks';
  return waitMs > computeMs ? 'reading' : 'training';
}

import type { Initializer } from '../layer.ts';

/**
 * All zeros: the usual beginning of a bias.
 *
 * @example zeros().name //=> 'zeros'
 */
export function zeros(): Initializer {
  return { name: 'zeros', fill: (w) => void w.fill(0) };
}

import type { Json } from '../types.ts';
import { UsageError } from './command.ts';

/**
 * Reads `key=value` pairs; a value is JSON where it can be, else text.
 *
 * @throws UsageError where there is no `=`, or no key before it
 * @example parseSettings(['batch=64', 'optimizer.learningRate=1e-2']) //=> { batch: 64, 'optimizer.learningRate': 0.01 }
 */
export function parseSettings(pairs: readonly string[]): Record<string, Json> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw new UsageError(`expected key=value, got ${pair}`);
      return [pair.slice(0, at), parseValue(pair.slice(at + 1))];
    }),
  );
}

function parseValue(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

import { OptionError } from '../errors.ts';
import type { Sink } from '../types.ts';

/** @throws OptionError where `whenBusy` or `limitMs` is out of bounds */
export function checkSink({ name, onError, whenBusy = 'wait', limitMs = 1 }: Sink): void {
  const require = (holds: boolean, option: string, expected: string, received: unknown) => {
    if (!holds) throw new OptionError({ where: `sink ${name}: ${option}`, expected, received: `${received}` });
  };
  require(whenBusy === 'wait' || whenBusy === 'drop', 'whenBusy', "'wait' or 'drop'", whenBusy);
  require(whenBusy === 'wait' ||
    onError === 'log', 'whenBusy', "'wait', since without this sink the run must not go on", whenBusy);
  require(limitMs > 0 && limitMs < 2 ** 31, 'limitMs', 'a positive number, at most 2147483647', limitMs);
}

import { defer, fromEvent, identity, type MonoTypeOperatorFunction, of, takeUntil } from 'rxjs';

/** Completes a stream, and ends its reading, as soon as a signal is given. */
export function takeUntilAborted<T>(signal: AbortSignal | undefined): MonoTypeOperatorFunction<T> {
  if (!signal) return identity;
  return takeUntil(defer(() => (signal.aborted ? of(null) : fromEvent(signal, 'abort'))));
}

import { defer, finalize, type MonoTypeOperatorFunction } from 'rxjs';

/** Seconds that a run has spent, by what it did. */
export interface Phases {
  fit: number;
  train: number;
  validate: number;
}

export function noTime(): Phases {
  return { fit: 0, train: 0, validate: 0 };
}

/** Adds the seconds between subscription and end to a phase. */
export function timed<T>(phases: Phases, phase: keyof Phases): MonoTypeOperatorFunction<T> {
  return (source$) =>
    defer(() => {
      const began = performance.now();
      return source$.pipe(
        finalize(() => {
          phases[phase] += (performance.now() - began) / 1000;
        }),
      );
    });
}

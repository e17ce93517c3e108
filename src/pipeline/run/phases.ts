import { defer, finalize, type MonoTypeOperatorFunction } from 'rxjs';
import { spentSince } from '../../flow/spentSince.ts';
import type { Spending } from '../../flow/types.ts';

/** Seconds that a run has spent, by what it did. */
export interface Phases {
  fit: number;
  train: number;
  validate: number;
  /** Of the time that it trained, in milliseconds. */
  spending: Spending;
}

export function noTime(): Phases {
  return { fit: 0, train: 0, validate: 0, spending: { waitMs: 0, computeMs: 0, sinkMs: 0 } };
}

/** Adds the seconds between subscription and end to a phase. */
export function timed<T>(phases: Phases, phase: Exclude<keyof Phases, 'spending'>): MonoTypeOperatorFunction<T> {
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

/** Adds what a gate has spent between subscription and end. */
export function spending<T>(phases: Phases, gate: Spending): MonoTypeOperatorFunction<T> {
  return (source$) =>
    defer(() => {
      const spent = spentSince(gate);
      return source$.pipe(
        finalize(() => {
          const { waitMs, computeMs, sinkMs } = spent();
          const before = phases.spending;
          phases.spending = {
            waitMs: before.waitMs + waitMs,
            computeMs: before.computeMs + computeMs,
            sinkMs: before.sinkMs + sinkMs,
          };
        }),
      );
    });
}

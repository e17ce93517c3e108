import type { Spending } from './types.ts';

/** What has been spent since some moment; the function begins a new count when it is called. */
export function spentSince(gate: Spending): () => Spending {
  let before = { waitMs: gate.waitMs, computeMs: gate.computeMs, sinkMs: gate.sinkMs };
  return () => {
    const now = { waitMs: gate.waitMs, computeMs: gate.computeMs, sinkMs: gate.sinkMs };
    const { waitMs, computeMs, sinkMs } = before;
    before = now;
    return { waitMs: now.waitMs - waitMs, computeMs: now.computeMs - computeMs, sinkMs: now.sinkMs - sinkMs };
  };
}

import type { Vector } from '../../engine/types.ts';
import type { ActivationFacts } from '../../network/layer.ts';
import type { SilentUnits } from './deadUnits.ts';
import type { HiddenActivation } from './hiddenActivations.ts';

/** What a window of rows has seen of rectifiers; plain JSON. */
export interface UnitWatchState {
  readonly rows: number;
  readonly sinceFirst: boolean;
  /** The units of each rectifier that have been off in all of them. */
  readonly silent: Readonly<Record<string, readonly number[]>>;
  /** How many units of each were off in the first window. */
  readonly began: Readonly<Record<string, number>>;
}

/** Collects over many rows which units are off: one mini-batch is too small to tell. */
export interface UnitWatch {
  /**
   * Looks at the rows of the last forward pass.
   *
   * @param isFirst whether nothing was learned before it
   * @param activations asked for only while there are units that have not been heard
   */
  look(n: number, isFirst: boolean, activations: () => readonly HiddenActivation[]): void;
  /** Rows that were looked at. */
  readonly rows: number;
  /** Whether the first of them came before anything was learned. */
  readonly sinceFirst: boolean;
  silent(): readonly SilentUnits[];
  /** Begins anew. */
  clear(): void;
  snapshot(): UnitWatchState;
  restore(state: UnitWatchState): void;
}

/** A bound that is only reached in the limit is reached when float32 tells no difference. */
const ROUNDING = 2 ** -23;

/** Whether the low bound of an activation is where its units are off, on purpose. */
export function rectifies({ range: [low, high], rectifies: declared }: ActivationFacts): boolean {
  return Number.isFinite(low) && (declared ?? high === Infinity);
}

export function createUnitWatch(): UnitWatch {
  const silent = new Map<string, Int32Array>();
  const widths = new Map<string, number>();
  let rows = 0;
  let sinceFirst = false;
  let began: UnitWatchState['began'] = {};

  /** Most units are heard in the first rows; only the others are looked at further. */
  function listen({ layer, facts, a, width: units }: HiddenActivation, n: number): void {
    if (!rectifies(facts)) return;
    widths.set(layer, units);
    const before = silent.get(layer) ?? Int32Array.from({ length: units }, (_, j) => j);
    if (before.length > 0) silent.set(layer, stillSilent(before, a, n, units, facts.range[0]));
  }

  function allHeard(): boolean {
    for (const units of silent.values()) if (units.length > 0) return false;
    return rows > 0;
  }

  return {
    get rows() {
      return rows;
    },
    get sinceFirst() {
      return sinceFirst;
    },
    look(n, isFirst, activations) {
      if (isFirst) sinceFirst = true;
      if (!allHeard()) for (const activation of activations()) listen(activation, n);
      rows += n;
    },
    silent: () =>
      [...silent].map(([layer, units]) => ({
        layer,
        silent: units.length,
        units: widths.get(layer) ?? Number.POSITIVE_INFINITY,
        began: sinceFirst ? units.length : (began[layer] ?? 0),
      })),
    clear() {
      if (sinceFirst) began = Object.fromEntries([...silent].map(([layer, units]) => [layer, units.length]));
      rows = 0;
      sinceFirst = false;
      silent.clear();
    },
    snapshot: () => ({
      rows,
      sinceFirst,
      silent: Object.fromEntries([...silent].map(([layer, units]) => [layer, [...units]])),
      began,
    }),
    restore(state) {
      ({ rows, sinceFirst, began } = state);
      silent.clear();
      for (const [layer, units] of Object.entries(state.silent)) silent.set(layer, Int32Array.from(units));
    },
  };
}

/** Those that are off in all of these rows too. */
function stillSilent(before: Int32Array, a: Vector, n: number, width: number, low: number): Int32Array {
  const off = low + ROUNDING * Math.abs(low);
  return before.filter((unit) => {
    for (let i = 0, at = unit; i < n; i++, at += width) if (a[at] > off) return false;
    return true;
  });
}

import type { MiniBatch, RowLayout, Vector } from '../../types.ts';
import { FAR } from './featureRange.ts';
import type { HiddenActivation } from './hiddenActivations.ts';

/** What a window has seen; plain JSON. */
export interface RowWindowState {
  /** Rows in which ReLUs were looked at. */
  readonly rows: number;
  /** The units of each ReLU layer that have not yet answered above zero. */
  readonly silent: Readonly<Record<string, readonly number[]>>;
  /** Rows in which features were looked at. */
  readonly featureRows: number;
  /** Rows in which each column of numbers was far out. */
  readonly far: readonly number[];
}

/** Collects over many rows what one mini-batch is too small to tell. */
export interface RowWindow {
  /**
   * Looks at the rows of the last forward pass.
   *
   * @param activations asked for only while there are units that have not been heard
   */
  look(batch: Pick<MiniBatch, 'x' | 'n'>, activations: () => readonly HiddenActivation[]): void;
  /** Rows in which ReLUs were looked at. */
  readonly rows: number;
  /** ReLU layers, the number of their units without an answer above zero, and of all. */
  silent(): readonly { readonly layer: string; readonly silent: number; readonly units: number }[];
  /** Features, and the rows in which the worst of their columns was far out, of how many. */
  features(): readonly { readonly feature: string; readonly far: number; readonly rows: number }[];
  /** Begins anew with ReLUs. */
  clearUnits(): void;
  /** Begins anew with features. */
  clearFeatures(): void;
  snapshot(): RowWindowState;
  restore(state: RowWindowState): void;
}

/** As many rows tell of a feature; looking at more would cost time where there are many features. */
const FEATURE_ROWS = 512;

/** @param layout names the features; without, none is looked at */
export function createRowWindow(layout: RowLayout | undefined): RowWindow {
  const fields = (layout?.fields ?? []).filter((field) => field.kind === 'numbers');
  const columns = Int32Array.from(
    fields.flatMap(({ column, count }) => Array.from({ length: count }, (_, i) => column + i)),
  );
  const width = layout?.width ?? 0;
  const far = new Int32Array(columns.length);
  const silent = new Map<string, Int32Array>();
  const widths = new Map<string, number>();
  let rows = 0;
  let featureRows = 0;

  function countFar(x: Vector, n: number): void {
    if (columns.length === 0) return;
    const looked = Math.min(n, FEATURE_ROWS - featureRows);
    for (let i = 0, row = 0; i < looked; i++, row += width) {
      for (let k = 0; k < columns.length; k++) if (Math.abs(x[row + columns[k]]) > FAR) far[k]++;
    }
    featureRows += looked;
  }

  /** Most units are heard in the first rows; only the others are looked at further. */
  function listen({ layer, kind, a, width: units }: HiddenActivation, n: number): void {
    if (kind !== 'relu') return;
    widths.set(layer, units);
    const before = silent.get(layer) ?? Int32Array.from({ length: units }, (_, j) => j);
    if (before.length > 0) silent.set(layer, stillSilent(before, a, n, units));
  }

  function allHeard(): boolean {
    for (const units of silent.values()) if (units.length > 0) return false;
    return rows > 0;
  }

  return {
    get rows() {
      return rows;
    },
    look({ x, n }, activations) {
      countFar(x, n);
      if (!allHeard()) for (const activation of activations()) listen(activation, n);
      rows += n;
    },
    silent: () =>
      [...silent].map(([layer, units]) => ({
        layer,
        silent: units.length,
        units: widths.get(layer) ?? Number.POSITIVE_INFINITY,
      })),
    features() {
      let k = 0;
      return fields.map(({ name, count }) => {
        const worst = far.subarray(k, k + count).reduce((most, number) => Math.max(most, number), 0);
        k += count;
        return { feature: name, far: worst, rows: featureRows };
      });
    },
    clearUnits() {
      rows = 0;
      silent.clear();
    },
    clearFeatures() {
      featureRows = 0;
      far.fill(0);
    },
    snapshot: () => ({
      rows,
      silent: Object.fromEntries([...silent].map(([layer, units]) => [layer, [...units]])),
      featureRows,
      far: [...far],
    }),
    restore(state) {
      ({ rows, featureRows } = state);
      far.set(state.far);
      silent.clear();
      for (const [layer, units] of Object.entries(state.silent)) silent.set(layer, Int32Array.from(units));
    },
  };
}

/** Those that answer zero to all of these rows too. */
function stillSilent(before: Int32Array, a: Vector, n: number, width: number): Int32Array {
  return before.filter((unit) => {
    for (let i = 0, at = unit; i < n; i++, at += width) if (a[at] > 0) return false;
    return true;
  });
}

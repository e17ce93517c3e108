import { referenceEngine } from '../engine/reference/reference.ts';
import type { Vector } from '../engine/types.ts';
import type { ActivationFacts, Layer } from './layer.ts';
import type { Mode } from './types.ts';

const WIDTH = 3;
/** Far enough out for any bounded function to be at its bounds, near enough for `exp` not to overflow. */
const FAR = 300;
const NEAR = FAR / 3;
/** A number in each tenth between, smaller steps about zero; the ends come first. */
const POINTS = [-FAR, FAR, -NEAR, NEAR, -30, -10, -5, -3, -2, -1, -0.5, -0.25, 0, 0.25, 0.5, 1, 2, 3, 5, 10, 30];
/** What the function may still change by between `NEAR` and `FAR`, of its size, and be called bounded. */
const SETTLED = 0.02;

/**
 * Finds out whether a layer that says nothing of itself is an activation, and between which bounds, by trying it: it is one where it does the
 * same to each number, whatever stands beside it and in either mode, and bends it.
 *
 * @returns undefined where it is none, or cannot be tried
 */
export function observeActivation(layer: Layer): ActivationFacts | undefined {
  if (layer.mixesUnits) return undefined;
  try {
    const values = answers(layer);
    return values && factsOf(values);
  } catch {
    return undefined;
  }
}

/** The function at each of the points; undefined where the layer is not a function of each number. */
function answers(layer: Layer): readonly number[] | undefined {
  const plan = layer.plan(WIDTH, []);
  if (plan.width !== WIDTH || plan.parameters.length > 0 || (plan.buffers?.length ?? 0) > 0) return undefined;
  const engine = referenceEngine();
  const rows = POINTS.length;
  const pass = plan.build({ engine, rows, parameters: [], buffers: [], seed: 7, path: [1] });
  /** Each point in another column and among others, by how far the columns are moved against each other. */
  const at = (shift: number, mode: Mode) => {
    const point = (row: number, column: number) => (row + shift * column) % rows;
    const x = engine.vector(rows * WIDTH);
    for (let i = 0; i < x.length; i++) x[i] = POINTS[point(Math.floor(i / WIDTH), i % WIDTH)];
    const a: Vector = pass.forward(x, rows, mode).slice(0, rows * WIDTH);
    const values = new Array<number>(rows).fill(Number.NaN);
    for (let i = 0; i < a.length; i++) {
      const k = point(Math.floor(i / WIDTH), i % WIDTH);
      if (!Number.isNaN(values[k]) && values[k] !== a[i]) return undefined;
      values[k] = a[i];
    }
    return values;
  };
  const tried = [at(1, 'training'), at(4, 'training'), at(4, 'inference')];
  const [first] = tried;
  return tried.every((values) => values !== undefined && `${values}` === `${first}`) ? first : undefined;
}

function factsOf(values: readonly number[]): ActivationFacts | undefined {
  if (!values.every(Number.isFinite) || values.every((value, i) => value === POINTS[i])) return undefined;
  const [atLow, atHigh, nearLow, nearHigh] = values;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (low === high) return undefined;
  /** How far it goes on up at its two ends; nothing where it has settled. */
  const climbs = [atLow - nearLow, atHigh - nearHigh].map((climb, i) =>
    Math.abs(climb) <= SETTLED * Math.max(1, Math.abs(values[i])) ? 0 : climb,
  );
  const range = [
    climbs.some((climb) => climb < 0) ? -Infinity : low,
    climbs.some((climb) => climb > 0) ? Infinity : high,
  ] as const;
  const isOff = values[POINTS.indexOf(-0.5)] === low;
  return { range, ...(Number.isFinite(range[1]) && { rectifies: isOff }) };
}

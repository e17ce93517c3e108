import type { Json } from '../json.ts';
import { type Bound, bound, recordOf } from './bounds.ts';

/** Options of a user's own member, by name: what its description, and the hash of a pipeline, know of it. */
export const jsonOptions: Bound<{ readonly [key: string]: Json }> = recordOf(
  'options',
  bound<Json>('plain JSON', isJson),
);

function isJson(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  return typeof value === 'object' && Object.values(value).every(isJson);
}

/** The ends of a range, either of which may be infinite. */
export const rangeBound: Bound<readonly [low: number, high: number]> = bound(
  'two numbers [low, high], the lower first',
  (value) =>
    Array.isArray(value) && value.length === 2 && value.every((end) => typeof end === 'number') && value[0] < value[1],
);

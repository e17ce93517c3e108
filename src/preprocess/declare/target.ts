import { type Bound, bound } from '../../options/bounds.ts';
import { shownValue } from '../../options/shown.ts';
import type { BinaryTarget } from './binary.ts';
import type { ClassesTarget } from './classes.ts';
import type { RegressionTarget } from './regression.ts';

/** What the network predicts, as it is declared: `binary(...)`, `classes(...)` or `regression(...)`. Plain JSON. */
export type Target = BinaryTarget | ClassesTarget | RegressionTarget;

const kinds: readonly unknown[] = ['binary', 'classes', 'regression'] satisfies Target['kind'][];

/** A target. */
export const targetBound: Bound<Target> = bound(
  'binary(column), classes(column) or regression(column)',
  (value) => kinds.includes((value as Target | null | undefined)?.kind),
  (value) => {
    const [column] = [value].flat();
    if (typeof column !== 'string' || typeof value === 'function') return undefined;
    return `Say what the column holds, as binary(${shownValue(column)})`;
  },
);

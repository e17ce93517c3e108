import type { BinaryTarget } from './binary.ts';
import type { ClassesTarget } from './classes.ts';
import type { RegressionTarget } from './regression.ts';

/** What the network shall say, as it is declared: `binary(...)`, `classes(...)` or `regression(...)`. Plain JSON. */
export type Target = BinaryTarget | ClassesTarget | RegressionTarget;

import { availableParallelism, cpus, totalmem } from 'node:os';

/** The machine that this process runs on. Plain JSON. */
export interface Machine {
  /** System and instruction set: `linux x64`. */
  readonly platform: string;
  readonly processor: string;
  /** Those that this process may use. */
  readonly cores: number;
  readonly memoryBytes: number;
}

/** Looks at the machine. */
export function describeMachine(): Machine {
  return {
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
  };
}

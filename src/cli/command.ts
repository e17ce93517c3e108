/** A command of `millrace`. */
export interface Command {
  /** What stands after `millrace` in the help: `train FILE [--resume]`. */
  readonly usage: string;
  /** One line. */
  readonly summary: string;
  /** More lines for its own help. */
  readonly details?: readonly string[];
  /** @returns the exit code: 0 done, 1 failed, 2 wrong use, 130 interrupted */
  run(args: readonly string[]): Promise<number>;
}

/** The command line was not understood: exit code 2, and the usage is shown. */
export class UsageError extends Error {}

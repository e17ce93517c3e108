/** Wakes a loop that waits; a ring while it works is not lost. */
export interface Bell {
  ring(): void;
  /** Resolves when it rings, or after so many milliseconds. */
  rung(ms: number): Promise<void>;
}

/**
 * @example createBell().ring() //=> undefined
 */
export function createBell(): Bell {
  let hasRung = false;
  let wake: (() => void) | undefined;
  return {
    ring() {
      hasRung = true;
      wake?.();
    },
    rung: (ms) =>
      new Promise((resolve) => {
        const finish = () => {
          clearTimeout(timer);
          wake = undefined;
          hasRung = false;
          resolve();
        };
        const timer = setTimeout(finish, ms);
        wake = finish;
        if (hasRung) finish();
      }),
  };
}

/** Wakes a loop that waits; a signal while it works is not lost. */
export interface WakeUp {
  signal(): void;
  /** Resolves at the next signal, or after so many milliseconds. */
  wait(ms: number): Promise<void>;
}

/**
 * @example createWakeUp().signal() //=> undefined
 */
export function createWakeUp(): WakeUp {
  let isSignalled = false;
  let wake: (() => void) | undefined;
  return {
    signal() {
      isSignalled = true;
      wake?.();
    },
    wait: (ms) =>
      new Promise((resolve) => {
        const finish = () => {
          clearTimeout(timer);
          wake = undefined;
          isSignalled = false;
          resolve();
        };
        const timer = setTimeout(finish, ms);
        wake = finish;
        if (isSignalled) finish();
      }),
  };
}

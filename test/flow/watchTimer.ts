/** An interval that is watched. */
export interface TimerWatch {
  /** The next firing is not counted: the test itself has kept the thread busy. */
  excuse(): void;
  /** Ends the watch, and says by how many milliseconds an interval was late at most. */
  end(): number;
}

const everyMs = 10;

/**
 * Watches how late an interval of 10 ms fires. Late is only what this thread has worked in that time: on a machine with other work
 * a thread may wait for its turn although nobody here keeps it busy.
 */
export function watchTimer(): TimerWatch {
  let worst = 0;
  let excused = true;
  let at = performance.now();
  let cpu = process.threadCpuUsage();
  const timer = setInterval(() => {
    const { user, system } = process.threadCpuUsage(cpu);
    const late = Math.min(performance.now() - at, (user + system) / 1000) - everyMs;
    if (!excused) worst = Math.max(worst, late);
    excused = false;
    at = performance.now();
    cpu = process.threadCpuUsage();
  }, everyMs);
  return {
    excuse() {
      excused = true;
    },
    end() {
      clearInterval(timer);
      return worst;
    },
  };
}

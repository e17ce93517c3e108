/** Tells of a wait that takes long. */
export interface StallTimer {
  begin(): void;
  end(): void;
}

const firstSeconds = 10;

/** @param stalled is called when a wait has taken ten seconds, then a hundred more, and so on, the next wait included: an idle run tells of it a few times a day */
export function createStallTimer(stalled: (seconds: number) => void): StallTimer {
  let timer: NodeJS.Timeout | undefined;
  let seconds = firstSeconds;
  function begin(): void {
    timer = setTimeout(() => {
      stalled(seconds);
      seconds *= 10;
      begin();
    }, seconds * 1000);
    // It holds nothing up.
    timer.unref();
  }
  return { begin, end: () => clearTimeout(timer) };
}

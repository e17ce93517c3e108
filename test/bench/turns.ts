/** Something that can do the same unit of work again and again. */
export interface Contestant {
  readonly name: string;
  /** Works for about `ms` milliseconds, and gives the seconds that a unit took. */
  measure(ms: number): number | Promise<number>;
}

/** A number among many: the middle one, and the quartiles. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** What a contestant took, in each round. */
export interface Times extends Spread {
  readonly name: string;
  /** Seconds a unit, by round. */
  readonly rounds: readonly number[];
}

export function spreadOf(numbers: readonly number[]): Spread {
  const sorted = numbers.toSorted((a, b) => a - b);
  const last = sorted.length - 1;
  return {
    median: sorted[Math.round(last / 2)],
    low: sorted[Math.floor(last / 4)],
    high: sorted[Math.ceil((3 * last) / 4)],
  };
}

/**
 * Lets contestants work in turns, after a turn each to warm up: what else the machine does then meets all of them alike. Every
 * other round runs backwards, so that nobody always works behind the same neighbour.
 */
export async function takeTurns(
  contestants: readonly Contestant[],
  { rounds, ms }: { readonly rounds: number; readonly ms: number },
): Promise<readonly Times[]> {
  const turn = async (contestant: Contestant) => {
    const taken = await contestant.measure(ms);
    // An engine's threads start, and what is left over is done, in nobody's time.
    await new Promise((resolve) => setImmediate(resolve));
    return taken;
  };
  for (const contestant of contestants) await turn(contestant);
  const times = new Map(contestants.map((contestant) => [contestant, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    for (const contestant of round % 2 === 0 ? contestants : contestants.toReversed()) {
      times.get(contestant)?.push(await turn(contestant));
    }
  }
  return contestants.map((contestant) => {
    const taken = times.get(contestant) as number[];
    return { name: contestant.name, rounds: taken, ...spreadOf(taken) };
  });
}

/** How many times as fast `one` is as `other`, round by round. */
export function ratioOf(one: Times, other: Times): Spread {
  return spreadOf(one.rounds.map((seconds, round) => other.rounds[round] / seconds));
}

/** A contestant of this process that makes synchronous steps. */
export function stepper(name: string, step: () => unknown): Contestant {
  return {
    name,
    measure(ms) {
      const begin = performance.now();
      let steps = 0;
      let passed = 0;
      // The clock is asked rarely where steps are short.
      let block = 1;
      do {
        for (let i = 0; i < block; i++) step();
        steps += block;
        passed = performance.now() - begin;
        if (passed < ms / 20) block *= 2;
      } while (passed < ms);
      return passed / 1000 / steps;
    },
  };
}

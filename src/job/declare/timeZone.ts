/** A zone's clocks. Local times are the milliseconds that they would be since 1970 if the clock showed UTC. */
export interface TimeZone {
  /** What the clock shows at a moment, less the moment, in milliseconds. */
  offsetAt(time: number): number;
  /** When the clock shows a local time. */
  momentsOf(local: number): Moments;
}

/** Once; twice where the clocks are set back over it; never where they are set forward over it, `gapEnd` being the next moment. */
export type Moments =
  | { readonly kind: 'once'; readonly at: number }
  | { readonly kind: 'twice'; readonly at: number; readonly again: number }
  | { readonly kind: 'never'; readonly gapEnd: number };

/** More than the greatest offset and the greatest change of one: a day was left out in Samoa. */
const around = 26 * 3_600_000;

/**
 * The clocks of a zone, by the runtime's tables.
 *
 * @throws RangeError where there is no zone of that name
 * @example timeZone('Asia/Kolkata').offsetAt(0) //=> 19800000
 */
export function timeZone(name: string): TimeZone {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    calendar: 'gregory',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });

  function offsetAt(time: number): number {
    const shown: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(time)) shown[type] = Number(value);
    const { year, month, day, hour, minute, second } = shown;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(time / 1000) * 1000;
  }

  function momentsOf(local: number): Moments {
    const before = offsetAt(local - around);
    const after = offsetAt(local + around);
    if (before === after) return { kind: 'once', at: local - before };
    const at = local - before;
    const again = local - after;
    const isBefore = offsetAt(at) === before;
    const isAfter = offsetAt(again) === after;
    if (isBefore && isAfter) return { kind: 'twice', at, again };
    if (isBefore || isAfter) return { kind: 'once', at: isBefore ? at : again };
    // The first moment with the new offset, to the millisecond.
    let [low, high] = [again, at];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (offsetAt(middle) === before) low = middle;
      else high = middle;
    }
    return { kind: 'never', gapEnd: high };
  }

  return { offsetAt, momentsOf };
}

import { Cron } from 'croner';
import { OptionError } from '../../errors.ts';
import { text } from '../../options/bounds.ts';
import { checkOptions } from '../../options/checkOptions.ts';
import { didYouMean } from '../../options/didYouMean.ts';
import { shownValue } from '../../options/shown.ts';
import type { JobSchedule } from '../types.ts';
import { type TimeZone, timeZone } from './timeZone.ts';

/** The options of `cron`. */
export interface CronOptions {
  /**
   * The zone whose clocks are meant, by its IANA name.
   * @default 'UTC'
   */
  readonly timeZone?: string;
}

/**
 * Due when the clocks of a zone show what an expression of five fields says (minute, hour, day, month, weekday; six with seconds before
 * them, seven with years after them; `@daily` and the like).
 *
 * Where clocks are set forward, times that are skipped are due once, at the next moment there is. Where they are set back, times that come
 * twice are due the first time. An expression with `*` for the hour goes by real time instead, as in the cron of Unix: nothing is made
 * up for and nothing left out.
 *
 * @throws OptionError where it is no cron expression, it never comes true, or there is no such zone
 * @example [...cron('0 3 * * *').dueTimes(0, 100_000_000)] //=> [10800000, 97200000]
 * @see https://croner.56k.guru for what a field may hold
 */
export function cron(expression: string, options: CronOptions = {}): JobSchedule {
  checkOptions<CronOptions>('cron', options, { timeZone: text('an IANA time zone, as America/New_York') });
  const { timeZone: zoneName = 'UTC' } = options;
  const zone = openZone(zoneName);
  const times = parse(expression);
  const fields = times.getPattern()!.trim().split(/\s+/);
  const isHourly = fields[fields.length === 5 ? 1 : 2] === '*';
  return {
    kind: 'cron',
    text: `${expression.trim()} ${zoneName}`,
    dueTimes: (after, until) => dueTimes({ times, zone, isHourly }, after, until),
  };
}

interface Parsed {
  /** In local times. */
  readonly times: Cron;
  readonly zone: TimeZone;
  readonly isHourly: boolean;
}

function* dueTimes(parsed: Parsed, after: number, until: number): Generator<number> {
  let last = after;
  for (const moment of momentsAround(parsed, after)) {
    if (moment > until) return;
    if (moment > last) yield moment;
    last = Math.max(last, moment);
  }
}

/** The moments of the expression, ascending; a few before `after` may come as well, and one may come twice. */
function* momentsAround({ times, zone, isHourly }: Parsed, after: number): Generator<number> {
  // Behind no time that is still to come, be the clocks set back on the way.
  let local = after + Math.min(zone.offsetAt(after), zone.offsetAt(after + 26 * 3_600_000));
  /** The second moments of times that come twice; first moments of others come before and after them. */
  const again: number[] = [];
  for (;;) {
    const next = times.nextRun(new Date(local));
    if (next === null) break;
    local = next.getTime();
    const moments = zone.momentsOf(local);
    if (moments.kind === 'never' && isHourly) continue;
    if (moments.kind === 'twice' && isHourly) again.push(moments.again);
    const at = moments.kind === 'never' ? moments.gapEnd : moments.at;
    while (again.length > 0 && again[0] < at) yield again.shift()!;
    yield at;
  }
  yield* again;
}

function parse(expression: string): Cron {
  const where = 'cron: expression';
  const expected = 'five to seven fields, as 0 3 * * *';
  // Croner takes a point in time as well.
  if (typeof expression !== 'string' || !/^\s*(@\w+|\S+(\s+\S+){4,6})\s*$/.test(expression)) {
    throw new OptionError({ where, expected, received: shownValue(expression) });
  }
  let times: Cron;
  try {
    times = new Cron(expression.trim(), { timezone: 'UTC', paused: true });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.replace(/^CronPattern: /, '') : cause;
    throw new OptionError({ where, expected, received: `${shownValue(expression)} (${why})`, cause });
  }
  if (times.nextRun(new Date(0)) !== null) return times;
  throw new OptionError({
    where,
    expected: 'an expression that comes true some day',
    received: `${shownValue(expression)}, which never does`,
    hint: 'Check the day against the month',
  });
}

function openZone(name: string): TimeZone {
  try {
    return timeZone(name);
  } catch (cause) {
    throw new OptionError({
      where: 'cron: timeZone',
      expected: 'an IANA time zone, as America/New_York',
      received: shownValue(name),
      hint: didYouMean(`${name}`, Intl.supportedValuesOf('timeZone')),
      cause,
    });
  }
}

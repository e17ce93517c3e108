const ZERO = 0x30;

/** What `parseTime` found besides the time. */
export type TimeKind = 'date' | 'timestamp' | 'timestampUtc';

/** A moment as it was written: `seconds` since 1970, `micros` of the second, and how it was written. */
export interface Moment {
  seconds: number;
  micros: number;
  kind: TimeKind;
}

/**
 * Reads `2001-02-03`, `2001-02-03 04:05`, `...:06` and `...:06.123456`, `T` for the space, with or without a zone (`Z`, `+01:00`,
 * `+0100`, `+01`); in UTC when there is one. Digits beyond microseconds must be zeros.
 *
 *   days since 1970 = 365 y + leap days + days of the months before, in a year that begins in March
 *
 * @param moment where the result goes, so that none is made for each row
 * @returns false where it is not such a time, or no day of the calendar
 * @see Hinnant 2013, https://howardhinnant.github.io/date_algorithms.html#days_from_civil
 */
export function parseTime(bytes: Uint8Array, start: number, end: number, moment: Moment): boolean {
  if (end - start < 10 || bytes[start + 4] !== 0x2d || bytes[start + 7] !== 0x2d) return false;
  const year = number(bytes, start, 4);
  const month = number(bytes, start + 5, 2);
  const day = number(bytes, start + 8, 2);
  if (year < 0 || month < 1 || month > 12 || day < 1 || day > daysOfMonth(year, month)) return false;
  moment.seconds = daysSince1970(year, month, day) * 86_400;
  moment.micros = 0;
  moment.kind = 'date';
  if (end - start === 10) return true;
  // T, t or a space, then hours and minutes.
  const between = bytes[start + 10]!;
  if ((between | 0x20) !== 0x74 && between !== 0x20) return false;
  let at = start + 16;
  if (at > end || bytes[start + 13] !== 0x3a) return false;
  const hour = number(bytes, start + 11, 2);
  const minute = number(bytes, start + 14, 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return false;
  let second = 0;
  if (at < end && bytes[at] === 0x3a) {
    if (at + 3 > end) return false;
    second = number(bytes, at + 1, 2);
    if (second < 0 || second > 59) return false;
    at += 3;
    if (at < end && (bytes[at] === 0x2e || bytes[at] === 0x2c)) {
      const point = at++;
      let scale = 100_000;
      for (; at < end; at++) {
        const digit = bytes[at]! - ZERO;
        if (digit < 0 || digit > 9) break;
        if (digit > 0 && scale < 1) return false;
        moment.micros += digit * scale;
        scale = Math.floor(scale / 10);
      }
      if (at === point + 1) return false;
    }
  }
  moment.seconds += hour * 3600 + minute * 60 + second;
  moment.kind = 'timestamp';
  if (at === end) return true;
  const offset = zoneOffset(bytes, at, end);
  if (offset === undefined) return false;
  moment.seconds -= offset;
  moment.kind = 'timestampUtc';
  return true;
}

/** Seconds east of Greenwich. */
function zoneOffset(bytes: Uint8Array, start: number, end: number): number | undefined {
  const sign = bytes[start]!;
  if ((sign | 0x20) === 0x7a) return start + 1 === end ? 0 : undefined;
  if (sign !== 0x2b && sign !== 0x2d) return undefined;
  const hours = end - start >= 3 ? number(bytes, start + 1, 2) : -1;
  const rest = start + 3 + (bytes[start + 3] === 0x3a ? 1 : 0);
  const minutes = start + 3 === end ? 0 : rest + 2 === end ? number(bytes, rest, 2) : -1;
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return undefined;
  return (sign === 0x2d ? -1 : 1) * (hours * 3600 + minutes * 60);
}

/** The number of so many digits, or -1. */
function number(bytes: Uint8Array, start: number, digits: number): number {
  let value = 0;
  for (let i = start; i < start + digits; i++) {
    const digit = bytes[i]! - ZERO;
    if (!(digit >= 0 && digit <= 9)) return -1;
    value = value * 10 + digit;
  }
  return value;
}

function daysOfMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function daysSince1970(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return y * 365 + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + dayOfYear - 719_468;
}

/** Dates as they are written where not as ISO 8601 says: the letters d, m and y in their order with what stands between them. */
const formats: readonly string[] = ['d.m.y', 'm/d/y', 'd/m/y', 'y/m/d', 'd-m-y', 'm-d-y', 'y.m.d'];

/**
 * The format in which all texts are dates, and whether another one fits them as well: `3/4/2001` may be in March or in April.
 *
 * @returns undefined where there is none
 */
export function dateFormatOf(texts: readonly string[]): { format: string; hasTime: boolean; or?: string } | undefined {
  const [format, or] = formats.filter((each) => texts.every((text) => readDate(text, each) !== undefined));
  if (format === undefined) return undefined;
  return { format, hasTime: texts.some((text) => /\d:\d/.test(text)), ...(or !== undefined && { or }) };
}

/** The pattern of a format, with the groups in the order of its letters; a time of day may follow. */
export function datePattern(format: string): string {
  const parts = Array.from(format, (letter) => {
    if (letter === 'y') return format.startsWith('y') ? '(\\d{4})' : '(\\d{4}|\\d{2})';
    return letter === 'd' || letter === 'm' ? '(\\d{1,2})' : letter === '-' ? '-' : `\\${letter}`;
  });
  return `^${parts.join('')}(?:[ T](\\d{1,2}):(\\d{2})(?::(\\d{2}))?)?$`;
}

/** Milliseconds since 1970 UTC; undefined where it is no such date, or no day of the calendar. */
export function readDate(text: string, format: string): number | undefined {
  const found = new RegExp(datePattern(format)).exec(text.trim());
  if (!found) return undefined;
  const letters = format.replace(/[^dmy]/g, '');
  const part = (letter: string) => Number(found[letters.indexOf(letter) + 1]);
  const [day, month, short] = [part('d'), part('m'), part('y')];
  const year = short < 100 ? 2000 + short : short;
  const [hour, minute, second] = [found[4], found[5], found[6]].map((each) => Number(each ?? 0));
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  const isDay = new Date(ms).getUTCMonth() === month - 1 && new Date(ms).getUTCDate() === day && hour < 24;
  return isDay ? ms : undefined;
}

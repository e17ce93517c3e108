import { datePattern } from './dateFormat.ts';
import { quoted, WIDTH, written } from './entryText.ts';
import type { NumberStyle } from './numberStyle.ts';

/**
 * A function, as TypeScript, that reads numbers as they are written in a style.
 *
 * @param words that stand for no value
 */
export function numberReaderText(name: string, style: NumberStyle, words: readonly string[]): string {
  const steps = [
    style.unit === '' ? '' : `.replace(${quoted(style.unit)}, '').trim()`,
    style.thousands === '' ? '' : `.replaceAll(${quoted(style.thousands)}, '')`,
    style.decimal === '.' ? '' : `.replace(',', '.')`,
  ];
  const example = `1${style.thousands}234${style.decimal}5${style.unit}`;
  return [
    `/** The number that a text like ${quoted(example)} stands for. */`,
    `function ${name}(text: string): number${words.length > 0 ? ' | null' : ''} {`,
    ...(words.length > 0 ? [`  if (${written(words, 2, WIDTH)}.includes(text)) return null;`] : []),
    `  const value = Number(text${steps.join('')});`,
    `  if (text.trim() === '' || Number.isNaN(value)) throw new Error(\`expected a number like ${example}, got \${text}\`);`,
    '  return value;',
    '}',
  ].join('\n');
}

const parts: Readonly<Record<string, string>> = { d: 'day', m: 'month', y: 'year' };

/** A function that reads dates as they are written in a format. */
export function dateReaderText(name: string, format: string): string {
  const letters = Array.from(format.replace(/[^dmy]/g, ''), (letter) => parts[letter]);
  return [
    `/** The day that a text like '${format}' stands for, where d is its day, m its month and y its year. */`,
    `function ${name}(text: string): Date {`,
    `  const found = /${datePattern(format)}/.exec(text.trim());`,
    `  const [${letters.join(', ')}, hour, minute, second] = (found ?? []).slice(1).map((part) => Number(part ?? 0));`,
    '  const date = new Date(Date.UTC(year < 100 ? 2000 + year : year, month - 1, day, hour, minute, second));',
    `  if (date.getUTCMonth() !== month - 1) throw new Error(\`expected a date like ${format}, got \${text}\`);`,
    '  return date;',
    '}',
  ].join('\n');
}

/** A function that numbers a day in its year. */
export const dayOfYearText = `/** The number of a day in its year, from 1. */
function dayOfYearOf(date: Date): number {
  return 1 + Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000);
}`;

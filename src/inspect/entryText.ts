import type { Json } from '../json.ts';

/** Characters of a line, at the most. */
export const WIDTH = 120;

/** A property or an item of what is written: its code, and what is said of it. */
export interface Entry {
  readonly code: string;
  readonly comment?: string;
}

/** The lines of an entry, its comment behind it or, where that would be too long, before it. */
export function entryLines({ code, comment }: Entry, indent: number): string[] {
  const space = ' '.repeat(indent);
  const lines = `${space}${code},`.split('\n');
  if (comment === undefined) return lines;
  const text = commentText(comment);
  const [only] = lines;
  if (lines.length === 1 && only!.length + 4 + text.length <= WIDTH) return [`${only} // ${text}`];
  return [`${space}// ${text}`, ...lines];
}

/** A text that may be anything, in a comment of one line. */
export function commentText(text: string): string {
  const plain = text.replace(/\s+/g, ' ').replaceAll('*/', '* /');
  return plain.length > 110 ? `${plain.slice(0, 109)}…` : plain;
}

/**
 * JSON as it is written in TypeScript: in one line where there is room.
 *
 * @param indent that of the line in which it begins
 * @param room characters that are left in this line
 */
export function written(value: Json, indent: number, room: number): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object' || value === null) return String(value);
  const items = Array.isArray(value)
    ? (value as readonly Json[]).map((item) => ['', item] as const)
    : Object.entries(value).map(([name, item]) => [`${key(name)}: `, item] as const);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{ ', ' }'];
  const line = `${open}${items.map(([name, item]) => name + written(item, indent, Infinity)).join(', ')}${close}`;
  if (line.length <= room) return line;
  const space = ' '.repeat(indent + 2);
  const inner = items.map(([name, item]) => {
    return `${space}${name}${written(item, indent + 2, WIDTH - indent - 3 - name.length)},\n`;
  });
  return `${open.trim()}\n${inner.join('')}${' '.repeat(indent)}${close.trim()}`;
}

/** A name as the key of an object. */
export function key(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name);
}

/** A string in single quotes, in double ones where that saves backslashes. */
export function quoted(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"');
  return inner.includes("'") && !inner.includes('"') ? `"${inner}"` : `'${inner.replaceAll("'", "\\'")}'`;
}

import type { Json } from '../json.ts';
import { shownNames } from '../options/shown.ts';
import { createByteInput } from '../source/input/byteInput.ts';
import { plainStyle, readNumber } from './numberStyle.ts';

/** How a file of delimited text is laid out: the options of its reader that are not what it takes by default, and what to say of them. */
export interface TextLayout {
  readonly options: { readonly [option: string]: Json };
  readonly notes: readonly string[];
}

const looked = 1 << 18;
const mostRecords = 500;
const delimiters: readonly string[] = [',', ';', '\t', '|'];

/**
 * Looks at the first 256 KB of a file: its encoding, delimiter, spaces, and whether it has a header.
 *
 * @param usual the delimiter of its format
 * @param wanted a column that is meant to be there, which a header has
 */
export async function textLayout(path: string, usual: string, wanted: string): Promise<TextLayout> {
  const { text, encoding, isWhole } = await firstText(path);
  const { delimiter, records } = delimited(text, usual, isWhole);
  const options: Record<string, Json> = {};
  const notes: string[] = [];
  if (encoding !== 'utf-8') options.encoding = encoding;
  if (delimiter !== usual) options.delimiter = delimiter;
  const cells = records.flat();
  const padded = cells.filter((cell) => /^[ \t]|[ \t]$/.test(cell) && cell.trim() !== '');
  const isPadded = padded.length > 0.2 * cells.length;
  if (isPadded) options.trim = true;
  const [first = [], ...others] = records.map((record) => (isPadded ? record.map((cell) => cell.trim()) : record));
  const width = widthOf(others) ?? first.length;
  if (others.length > 0 && first.length !== width && !first.includes(wanted)) {
    // The reader passes over a header whose names are given.
    options.header = true;
    options.names = Array.from({ length: width }, (_, i) => `column${i}`);
    notes.push(
      `the first line has ${first.length} values and the others ${width}: it is passed over, and columns are numbered`,
    );
  } else if (!first.includes(wanted) && isRow(first, others)) {
    options.header = false;
    notes.push('the first line is a row, and no header: columns are numbered from column0 on');
  } else {
    const names = usableNames(first);
    if (names.some((name, i) => name !== first[i])) {
      options.header = true;
      options.names = names;
      const changed = names.filter((name, i) => name !== first[i]);
      notes.push(`columns without a name of their own in the header were given one: ${shownNames(changed)}`);
    }
  }
  if (options.header !== undefined) {
    notes.push(
      'columns are told by their place: files to predict for need the same ones, and one for the target, in this order',
    );
  }
  return { options, notes };
}

async function firstText(path: string): Promise<{ text: string; encoding: string; isWhole: boolean }> {
  const read = async (encoding?: string) => {
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of createByteInput(path, { reader: 'csv', encoding }).chunks(0, undefined)) {
      parts.push(chunk);
      size += chunk.length;
      if (size >= looked) break;
    }
    return { bytes: Buffer.concat(parts), isWhole: size < looked };
  };
  const first = await read();
  const [a, b] = first.bytes;
  const wide = a === 0xff && b === 0xfe ? 'utf-16le' : a === 0xfe && b === 0xff ? 'utf-16be' : undefined;
  // A letter may be cut where the look ends.
  const isUtf8 = isValid(first.isWhole ? first.bytes : first.bytes.subarray(0, first.bytes.lastIndexOf(10) + 1));
  const encoding = wide ?? (isUtf8 ? 'utf-8' : 'windows-1252');
  const { bytes, isWhole } = encoding === 'utf-8' ? first : await read(encoding);
  return { text: new TextDecoder().decode(bytes), encoding, isWhole };
}

function isValid(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** The delimiter that cuts most lines into as many values as the others, and the first line, too. */
function delimited(text: string, usual: string, isWhole: boolean): { delimiter: string; records: string[][] } {
  const tried = [usual, ...delimiters.filter((each) => each !== usual)].map((delimiter) => {
    const all = splitRecords(text, delimiter);
    const records = (isWhole ? all : all.slice(0, -1)).slice(0, mostRecords);
    const width = widthOf(records) ?? 1;
    const alike = records.filter(({ length }) => length === width).length / Math.max(1, records.length);
    const isHeader = records[0]?.length === width;
    return { delimiter, records, score: width < 2 ? 0 : alike * (isHeader ? 2 : 1) * Math.log2(1 + width) };
  });
  return tried.reduce((best, each) => (each.score > best.score ? each : best));
}

/** How many values most lines have. */
function widthOf(records: readonly (readonly string[])[]): number | undefined {
  const counts = new Map<number, number>();
  for (const { length } of records) counts.set(length, (counts.get(length) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}

/** RFC 4180, of a text that is short. */
function splitRecords(text: string, delimiter: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    const letter = text[i]!;
    if (isQuoted) {
      if (letter !== '"') cell += letter;
      else if (text[i + 1] === '"') cell += text[++i];
      else isQuoted = false;
    } else if (letter === '"' && cell === '') isQuoted = true;
    else if (letter === delimiter || letter === '\n') {
      record.push(cell.replace(/\r$/, ''));
      cell = '';
      if (letter === delimiter) continue;
      if (record.length > 1 || record[0] !== '') records.push(record);
      record = [];
      if (records.length > mostRecords) break;
    } else cell += letter;
  }
  if (cell !== '' || record.length > 0) records.push([...record, cell]);
  return records;
}

/** Whether it has a number where the others have numbers. */
function isRow(first: readonly string[], others: readonly (readonly string[])[]): boolean {
  const isNumber = (cell: string | undefined) => cell !== undefined && readNumber(cell, plainStyle) !== undefined;
  if (others.length === 0) return false;
  return first.some(
    (cell, i) => isNumber(cell) && others.filter((row) => isNumber(row[i])).length > 0.8 * others.length,
  );
}

/** Each its own, none empty, and none that objects of JavaScript have for something else. */
function usableNames(names: readonly string[]): string[] {
  const taken = new Set(names);
  const seen = new Set<string>();
  return names.map((name, i) => {
    const isUsable = name.trim() !== '' && name !== '__proto__' && !seen.has(name);
    seen.add(name);
    if (isUsable) return name;
    const base = name.trim() === '' ? `column${i}` : name.replace(/^_+|_+$/g, '') || `column${i}`;
    let made = name === '__proto__' || name.trim() === '' ? base : `${base}_2`;
    for (let k = 3; taken.has(made); k++) made = `${base}_${k}`;
    taken.add(made);
    return made;
  });
}

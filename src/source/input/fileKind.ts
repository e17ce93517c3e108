import { SourceError } from '../../errors.ts';

/** The readers of files, as they are called. */
export type Reader = 'parquet' | 'arrowIpc' | 'csv' | 'tsv' | 'jsonLines';

/** A kind of file that a reader does not read, and what to do about it. */
interface FileKind {
  readonly name: string;
  readonly hint?: string;
  readonly reader?: Reader;
}

/** Bytes by which kinds are told, at the most. */
export const kindBytes = 512;

const expected: Readonly<Record<Reader, string>> = {
  parquet: 'a whole Parquet file',
  arrowIpc: 'a whole Arrow IPC file or stream',
  csv: 'comma-separated values',
  tsv: 'tab-separated values',
  jsonLines: 'an object of JSON on each line',
};

/**
 * Refuses a file that is whole, but of a kind for another reader, or for none.
 *
 * @param where the source's name
 * @param first the first bytes, decompressed where the reader does that
 * @returns the error, or undefined where the reader may go on
 */
export function otherKind(where: string, reader: Reader, first: Uint8Array): SourceError | undefined {
  const kind = kindOf(first.subarray(0, kindBytes), reader);
  if (kind === undefined || kind.reader === reader) return undefined;
  const hint = kind.reader ? `Read it with ${kind.reader}(file)` : kind.hint;
  return new SourceError({ where, expected: expected[reader], received: kind.name, hint });
}

const unpack = 'Unpack it, and read the files in it with files(pattern, open)';
const saveSheet = 'Save its sheet as CSV, and read that';
const writeRows = 'Write its rows as Parquet, Arrow or CSV';
const writeFeather = 'Write it as version 2, as with pyarrow.feather.write_feather(table, path)';
const readDatabase = 'Read it with sql(query, { database: path, orderBy })';
const decompress = (command: string) => `Decompress it, as with ${command}`;

/** What begins so, in Latin-1, and has the other words in its first bytes; control characters, where it says so. */
interface Mark {
  readonly begins: string;
  readonly has?: string;
  readonly isBinary?: true;
  /** Bytes before it. */
  readonly after?: number;
  readonly kind: FileKind;
}

/** None of them is text. */
const marks: readonly Mark[] = [
  { begins: 'PAR1', isBinary: true, kind: { name: 'a Parquet file', reader: 'parquet' } },
  { begins: 'PARE', isBinary: true, kind: { name: 'a Parquet file', reader: 'parquet' } },
  { begins: 'ARROW1', isBinary: true, kind: { name: 'an Arrow IPC file', reader: 'arrowIpc' } },
  { begins: '\xff\xff\xff\xff', isBinary: true, kind: { name: 'an Arrow IPC stream', reader: 'arrowIpc' } },
  { begins: 'FEA1', isBinary: true, kind: { name: 'a Feather file of version 1', hint: writeFeather } },
  { begins: 'PK\x03\x04', has: '[Content_Types].xml', kind: { name: 'an Excel workbook', hint: saveSheet } },
  { begins: 'PK\x03\x04', has: 'xl/', kind: { name: 'an Excel workbook', hint: saveSheet } },
  { begins: '\xd0\xcf\x11\xe0\xa1\xb1', kind: { name: 'an old Excel workbook', hint: saveSheet } },
  { begins: 'PK\x03\x04', kind: { name: 'a zip archive', hint: unpack } },
  { begins: 'PK\x05\x06', kind: { name: 'an empty zip archive' } },
  { begins: '7z\xbc\xaf\x27\x1c', kind: { name: 'a 7z archive', hint: unpack } },
  { begins: 'ustar', after: 257, isBinary: true, kind: { name: 'a tar archive', hint: unpack } },
  { begins: '\x1f\x8b', kind: { name: 'a file compressed by gzip', hint: decompress('gunzip') } },
  { begins: '\x28\xb5\x2f\xfd', kind: { name: 'a file compressed by zstd', hint: decompress('unzstd') } },
  { begins: 'BZh', has: '1AY&SY', kind: { name: 'a file compressed by bzip2', hint: decompress('bunzip2') } },
  { begins: '\xfd7zXZ\0', kind: { name: 'a file compressed by xz', hint: decompress('unxz') } },
  { begins: '\x04\x22\x4d\x18', kind: { name: 'a file compressed by lz4', hint: decompress('unlz4') } },
  { begins: 'DUCK', after: 8, isBinary: true, kind: { name: 'a DuckDB database', hint: readDatabase } },
  { begins: 'SQLite format 3\0', kind: { name: 'an SQLite database', hint: writeRows } },
  { begins: 'ORC', isBinary: true, kind: { name: 'an ORC file', hint: writeRows } },
  { begins: 'Obj\x01', kind: { name: 'an Avro file', hint: writeRows } },
  { begins: '\x89HDF\r\n', kind: { name: 'an HDF5 file', hint: writeRows } },
  { begins: '\x93NUMPY', kind: { name: 'an array of NumPy', hint: writeRows } },
  { begins: '\x80', has: '\0\0\0\0', kind: { name: "a pickle of Python's", hint: writeRows } },
  { begins: '%PDF-', kind: { name: 'a PDF' } },
  { begins: '\x89PNG', kind: { name: 'an image' } },
  { begins: '\xff\xd8\xff', kind: { name: 'an image' } },
];

const page = 'It may be a page about the file, or one to sign in: take the address of the file itself';
const oneALine =
  'Write each row as an object on a line of its own, as jq -c .[] does, and read that with jsonLines(file)';

/** Text of other kinds than rows of values. */
const texts: readonly (readonly [RegExp, FileKind])[] = [
  [/^\s*<(!doctype html|html)/i, { name: 'a page of HTML', hint: page }],
  [/^\s*<\?xml/i, { name: 'a document of XML', hint: writeRows }],
  [/^\s*(\[\s*[[{]|\{\s*\n\s*")/, { name: 'a whole document of JSON', hint: oneALine }],
  [/^\s*\{\s*("(\\.|[^"\\])*"\s*:|\})/, { name: 'lines of JSON', reader: 'jsonLines' }],
];

function kindOf(first: Uint8Array, reader: Reader): FileKind | undefined {
  const readsText = reader !== 'parquet' && reader !== 'arrowIpc';
  const encoding = wideEncoding(first);
  if (encoding === 'utf-32') return { name: 'text in UTF-32', hint: 'Write it in UTF-8' };
  if (encoding) {
    const option = `encoding: '${encoding}'`;
    const hint = readsText ? `Give the encoding, as ${option}` : `Read it with csv(file, { ${option} })`;
    return { name: 'text in UTF-16', hint };
  }
  const begin = Buffer.from(first.buffer, first.byteOffset, first.length).toString('latin1');
  const found = kindOfMark(begin) ?? texts.find(([pattern]) => pattern.test(begin))?.[1];
  if (found || readsText || !isText(first)) return found;
  return { name: 'text', reader: /^[^\n]*\t/.test(begin) ? 'tsv' : 'csv' };
}

function kindOfMark(begin: string): FileKind | undefined {
  const hasControls = Array.from(begin).some((letter) => letter < '\t');
  return marks.find(
    ({ begins, has = '', after = 0, isBinary }) =>
      begin.startsWith(begins, after) && begin.includes(has) && (hasControls || !isBinary),
  )?.kind;
}

/** By its mark, or where every other byte of the first letters is 0. */
function wideEncoding(first: Uint8Array): 'utf-16le' | 'utf-16be' | 'utf-32' | undefined {
  const [a, b, c, d] = first;
  if ((a === 0xff && b === 0xfe && c === 0 && d === 0) || (a === 0 && b === 0 && c === 0xfe && d === 0xff))
    return 'utf-32';
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  const letters = first.subarray(0, 16);
  if (letters.length < 4 || letters.length % 2 > 0) return undefined;
  const zeros = (rest: number) => letters.every((byte, i) => (byte === 0) === (i % 2 === rest));
  return zeros(1) ? 'utf-16le' : zeros(0) ? 'utf-16be' : undefined;
}

/** Whether bytes, of which the last letter may be cut, are text in UTF-8 without control characters. */
function isText(bytes: Uint8Array): boolean {
  if (bytes.length === 0 || bytes.some((byte) => byte < 0x20 && (byte < 0x09 || byte > 0x0d))) return false;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

import { fileURLToPath } from 'node:url';
import { OptionError } from '../../errors.ts';
import { type HttpPlace, http, isHttpPlace } from '../http/http.ts';
import { httpFile } from '../http/httpFile.ts';
import type { ByteStore } from './byteStore.ts';
import { type ByteChunks, byteStream, isByteChunks } from './byteStream.ts';
import { localFile } from './localFile.ts';

/**
 * Where bytes are: the path of a file; the address of one on a server, `http:` or `https:`; `-`, the standard input; a stream, which can
 * be read once; or a function that gives the bytes from the start, each time anew.
 */
export type InputPlace = string | URL | HttpPlace | ByteChunks | (() => ByteChunks);

/**
 * The bytes at a place; nothing is opened yet.
 *
 * @param format as in the source's name
 * @throws OptionError where it is no place that bytes can be had from
 */
export function storeAt(format: string, place: InputPlace): ByteStore {
  if (place === '-') return byteStream(format, process.stdin, 'standard input');
  if (isHttpPlace(place)) return httpFile(format, place);
  if (typeof place === 'string' || place instanceof URL) {
    const scheme = /^([a-z][a-z\d+.-]+):/i.exec(`${place}`)?.[1]?.toLowerCase();
    if (scheme === 'http' || scheme === 'https') return httpFile(format, http(place));
    if (scheme === 'file') return localFile(format, pathOf(format, place));
    if (typeof place === 'string' && place !== '' && !/^[a-z][a-z\d+.-]+:\/\//i.test(place))
      return localFile(format, place);
  } else if (typeof place === 'function' || (isByteChunks(place) && !arePaths(place))) return byteStream(format, place);
  throw new OptionError({
    where: `${format}: file`,
    expected: "a path, a URL (file:, http: or https:), '-', a stream of bytes, or a function that returns one",
    received: describe(place),
    hint: hintFor(format, place),
  });
}

/** @throws OptionError where the address of a file names another machine */
function pathOf(format: string, address: string | URL): string {
  try {
    return fileURLToPath(`${address}`);
  } catch (cause) {
    throw new OptionError({
      where: `${format}: file`,
      expected: 'the address of a file of this machine, as file:///folder/name',
      received: `'${address}'`,
      cause,
    });
  }
}

function hintFor(format: string, place: unknown): string | undefined {
  if (arePaths(place)) return `Read several files as one with files([...], ${format})`;
  if (typeof place !== 'string' && !(place instanceof URL)) return undefined;
  return /^(s3|gs|gcs|abfss?|az|hdfs|ftp|sftp):/i.test(`${place}`)
    ? 'Give the address at which its server gives it over https:, a signed one perhaps, or copy it to this machine'
    : undefined;
}

/** A list of paths would pass for one of bytes, of none. */
function arePaths(place: unknown): boolean {
  return Array.isArray(place) && place.some((each) => typeof each === 'string');
}

function describe(place: unknown): string {
  if (typeof place === 'string' || place instanceof URL) return `'${place}'`;
  if (arePaths(place)) return 'a list of paths';
  return place === null ? 'null' : typeof place;
}

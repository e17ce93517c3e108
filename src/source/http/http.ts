import { OptionError } from '../../errors.ts';
import { bound, integer, isObject, timerMs } from '../../options/bounds.ts';
import { checkOptions } from '../../options/checkOptions.ts';
import { shownValue } from '../../options/shown.ts';

/** The options of `http`. */
export interface HttpOptions {
  /**
   * Sent with every request: `{ authorization: 'Bearer ...' }`.
   * @default none
   */
  readonly headers?: { readonly [name: string]: string };
  /**
   * Milliseconds without a byte after which a connection is given up, and another one made; a positive number, at most 2147483647.
   * @default 30000
   */
  readonly timeoutMs?: number;
  /**
   * Connections in a row that may fail without a byte before reading is given up; an integer of at least 0. The second is made
   * at once, the third after a tenth of a second, each of the others after twice as long.
   * @default 5
   */
  readonly retries?: number;
}

/** A file on a server, and how it is asked for. */
export interface HttpPlace {
  readonly url: string;
  /** The address without what may be secret in it, for names and errors. */
  readonly shown: string;
  readonly headers: { readonly [name: string]: string };
  readonly timeoutMs: number;
  readonly retries: number;
}

const places = new WeakSet<object>();

/**
 * A file on a server, for sources that read files: `csv(http(url, { headers }))`. An address alone needs no more than `csv(url)`.
 *
 * A user and a password in the address become basic authorization. Names and errors show the address without them and without its query.
 *
 * @throws OptionError where the address is none of `http:` or `https:`, or an option is out of bounds
 * @example http('https://ann:secret@example.org/rows.csv?key=1').shown //=> 'https://example.org/rows.csv?...'
 */
export function http(address: string | URL, options: HttpOptions = {}): HttpPlace {
  checkOptions<HttpOptions>('http', options, {
    headers: bound('an object of names and values', isObject),
    timeoutMs: timerMs,
    retries: integer({ least: 0 }),
  });
  const { headers = {}, timeoutMs = 30_000, retries = 5 } = options;
  const url = URL.parse(`${address}`);
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new OptionError({
      where: 'http',
      expected: 'an address that begins with http: or https:',
      received: shownValue(address instanceof URL ? address.href : address),
    });
  }
  const sent = new Headers(headersOf(headers));
  if (url.username || url.password) {
    const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    if (!sent.has('authorization')) sent.set('authorization', `Basic ${Buffer.from(credentials).toString('base64')}`);
    url.username = '';
    url.password = '';
  }
  const place: HttpPlace = {
    url: url.href,
    shown: `${url.origin}${url.pathname}${url.search ? '?...' : ''}`,
    headers: Object.fromEntries(sent),
    timeoutMs,
    retries,
  };
  places.add(place);
  return place;
}

export function isHttpPlace(place: unknown): place is HttpPlace {
  return typeof place === 'object' && place !== null && places.has(place);
}

function headersOf(headers: HttpPlace['headers']): [string, string][] {
  try {
    return [...new Headers({ ...headers })];
  } catch (cause) {
    throw new OptionError({
      where: 'http: headers',
      expected: 'names and values of HTTP headers',
      received: (cause as Error).message,
    });
  }
}

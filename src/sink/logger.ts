import { createRequire } from 'node:module';
import type { pino as Pino } from 'pino';
import { type Bound, type Fields, flag, made } from '../options/bounds.ts';

/** Loaded by the first logger of JSON. */
const loadPackage = createRequire(import.meta.url);

/** Where lines of text go: a stream of Node's, or anything that takes text. */
export interface TextStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** A stream that takes text. */
export const textStreamBound: Bound<TextStream> = made<TextStream>('a stream that takes text', 'write');

export type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error';

export interface LoggerOptions {
  /** @default process.stderr */
  readonly destination?: TextStream;
  /**
   * Lines for people instead of JSON.
   * @default true, unless `LOG` has the word `json`
   */
  readonly pretty?: boolean;
  /**
   * Whether lines for people have the date and the milliseconds, in UTC, instead of the time of day here.
   * @default false
   */
  readonly dated?: boolean;
}

/** What each of them may be. */
export const loggerFields: Fields<LoggerOptions> = { destination: textStreamBound, pretty: flag, dated: flag };

/** Takes a line, with details for machines. */
export type Logger = (level: Level, message: string, details?: object) => void;

/**
 * Whether the environment variable `LOG` has a word: `json` asks for lines of JSON, `quiet` for warnings and errors alone on stderr,
 * `json,quiet` for both.
 */
export function isAsked(word: 'json' | 'quiet'): boolean {
  return (process.env.LOG ?? '').split(/[\s,]+/).includes(word);
}

/** Whether lines on it can be drawn over, and the rest of it be told apart by its place. */
export function isTerminal(stream: TextStream): boolean {
  return stream.isTTY === true && process.env.TERM !== 'dumb';
}

/**
 * Makes a logger that writes synchronously, so that no line is lost whatever the end: the time and the message for people, in colours on a
 * terminal unless `NO_COLOR` is set; or lines of JSON.
 */
export function createLogger(options: LoggerOptions = {}): Logger {
  const { destination = process.stderr, pretty = !isAsked('json'), dated = false } = options;
  const write = pretty ? linesForPeople(destination, dated) : linesOfJson(destination);
  const isQuiet = destination === process.stderr && isAsked('quiet');
  return (level, message, details) => {
    if (!isQuiet || level === 'warn' || level === 'error') write(level, message, details);
  };
}

function linesOfJson(destination: TextStream): Logger {
  const { pino } = loadPackage('pino') as { readonly pino: typeof Pino };
  const logger = pino({ level: 'trace' }, destination);
  return (level, message, details = {}) => logger[level](details, message);
}

function linesForPeople(destination: TextStream, dated: boolean): Logger {
  const isColoured = isTerminal(destination) && !process.env.NO_COLOR;
  const coloured = (code: number, text: string) => (isColoured ? `\x1b[${code}m${text}\x1b[0m` : text);
  const labels: Readonly<Record<Level, string>> = {
    trace: '',
    debug: '',
    info: '',
    warn: `${coloured(33, 'warning:')} `,
    error: `${coloured(31, 'error:')} `,
  };
  // A progress bar may stand in the line: it is cleared, and drawn again below.
  const clear = isTerminal(destination) ? '\r\x1b[K' : '';
  return (level, message) => {
    const now = new Date();
    const time = dated ? now.toISOString() : now.toTimeString().slice(0, 8);
    destination.write(`${clear}${coloured(2, time)} ${labels[level]}${message}\n`);
  };
}

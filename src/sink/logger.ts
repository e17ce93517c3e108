import { createRequire } from 'node:module';
import type { Level, Logger, pino as Pino } from 'pino';
import type { prettyFactory as PrettyFactory } from 'pino-pretty';

/** Loaded by the first logger, and what makes lines for people by the first that needs it. */
const require = createRequire(import.meta.url);

/** Where lines of text go: a stream of Node's, or anything that takes text. */
export interface TextStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

export interface LoggerOptions {
  /**
   * The least level that is logged.
   * @default 'info'
   */
  readonly level?: Level;
  /** @default process.stderr */
  readonly destination?: TextStream;
  /**
   * Lines for people instead of JSON.
   * @default true where the destination is a terminal
   */
  readonly pretty?: boolean;
}

/**
 * Makes a logger that writes synchronously, so that no line is lost whatever the end: JSON lines, or, on a terminal, the time,
 * the level and the message.
 */
export function createLogger(options: LoggerOptions = {}): Logger {
  const { level = 'info', destination = process.stderr, pretty = destination.isTTY === true } = options;
  const { pino } = require('pino') as { readonly pino: typeof Pino };
  if (!pretty) return pino({ level }, destination);
  const { prettyFactory } = require('pino-pretty') as { readonly prettyFactory: typeof PrettyFactory };
  const prettify = prettyFactory({
    colorize: destination.isTTY === true,
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'pid,hostname,name',
    hideObject: true,
  });
  // A progress bar may stand in the line: it is cleared, and drawn again below.
  const clear = destination.isTTY ? '\r\x1b[K' : '';
  return pino({ level }, { write: (line) => destination.write(clear + prettify(line)) });
}

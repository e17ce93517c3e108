import type { Level } from 'pino';
import { OptionError } from '../errors.ts';
import type { Finding, Report, Sink, Validation } from '../types.ts';
import { formatNumber } from './formatNumber.ts';
import { createLogger, type TextStream } from './logger.ts';
import { spendingInWords } from './spendingInWords.ts';

export interface LogOptions {
  /**
   * Milliseconds at least between two logged reports; at least 0. Validations and findings are logged always.
   * @default 5000
   */
  readonly everyMs?: number;
  /**
   * The level of the lines; findings are warnings.
   * @default 'info'
   */
  readonly level?: Exclude<Level, 'fatal'>;
  /** @default process.stderr */
  readonly destination?: TextStream;
  /**
   * Lines for people instead of JSON.
   * @default true where the destination is a terminal
   */
  readonly pretty?: boolean;
}

/**
 * Logs reports, validations and findings with pino, as lines for people on a terminal and as JSON lines elsewhere.
 *
 * @throws OptionError where `everyMs` is negative
 * @example log({ everyMs: 0 }).onError //=> 'log'
 */
export function log({ everyMs = 5000, level = 'info', destination, pretty }: LogOptions = {}): Sink {
  if (!(everyMs >= 0)) {
    throw new OptionError({ where: 'log: everyMs', expected: 'a number of at least 0', received: `${everyMs}` });
  }
  return {
    name: 'log',
    onError: 'log',
    open({ name }) {
      const logger = createLogger({ level, destination, pretty }).child({ name });
      let loggedAt = Number.NEGATIVE_INFINITY;
      return {
        write(event) {
          if (event.kind === 'validation') logger[level](event, validationLine(event));
          if (event.kind === 'finding') logger.warn(event, findingLine(event));
          if (event.kind !== 'report') return;
          const now = performance.now();
          if (now - loggedAt < everyMs) return;
          loggedAt = now;
          logger[level](event, reportLine(event));
        },
        // Every line was written as it came.
        close() {},
      };
    },
  };
}

function reportLine(report: Report): string {
  const { epoch, step, loss, rowsPerSecond, gradientNorm, badRows } = report;
  const parts = [
    `loss ${formatNumber(loss)}`,
    `${formatNumber(rowsPerSecond)} rows/s`,
    `gradient ${formatNumber(gradientNorm)}`,
    spendingInWords(report),
    ...(badRows > 0 ? [`${formatNumber(badRows)} rows left out`] : []),
  ];
  return `epoch ${epoch + 1}, step ${step}: ${parts.join(', ')}`;
}

function validationLine({ epoch, metrics, baseline }: Validation): string {
  const parts = Object.entries(metrics).map(([name, value]) => {
    const constant = baseline[name];
    return `${name} ${formatNumber(value)}${constant === undefined ? '' : ` (constant ${formatNumber(constant)})`}`;
  });
  return `epoch ${epoch + 1}, validation: ${parts.join(', ')}`;
}

function findingLine({ epoch, step, message, advice }: Finding): string {
  return `epoch ${epoch + 1}, step ${step}: ${message}. ${advice}`;
}

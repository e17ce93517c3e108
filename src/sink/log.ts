import { shortNumber } from '../format/figures.ts';
import { formatSeconds } from '../format/times.ts';
import { number, oneOf } from '../options/bounds.ts';
import { checkOptions } from '../options/checkOptions.ts';
import type { ReadingProgress } from '../source/types.ts';
import type { Finding, Report, Step } from '../train/types.ts';
import { epochTable } from './epochTable.ts';
import {
  createLogger,
  isAsked,
  isTerminal,
  type Level,
  type LoggerOptions,
  loggerFields,
  type TextStream,
} from './logger.ts';
import { type EpochRow, pairEpochs } from './pairEpochs.ts';
import { spendingInWords } from './spendingInWords.ts';
import type { Run, Sink, SinkWriter } from './types.ts';

export interface LogOptions extends LoggerOptions {
  /**
   * Milliseconds at least between two lines on steps; at least 0, for each report. Epochs, validations and findings always have a line. On a
   * terminal there are none on steps: `progress` draws a bar there.
   * @default 10000
   */
  readonly everyMs?: number;
  /**
   * The level of the lines; findings are warnings.
   * @default 'info'
   */
  readonly level?: Level;
  /**
   * Metrics in a line of text, the one that is watched first; at least 0. A table on a terminal has as many as there is room for.
   * @default 4
   */
  readonly metrics?: number;
}

/** Takes a line, with details for machines. */
type Say = (message: string, details: object) => void;

/**
 * Logs how a run goes, on stderr by default. On a terminal it is a table with a line for each epoch, in which those that were the best so far
 * are marked; elsewhere a short line for each epoch and one for every ten seconds; and lines of JSON, with all numbers, where the environment
 * variable `LOG` asks for `json`, as `millrace train --json` does.
 *
 * @throws OptionError where `everyMs` or `metrics` is negative
 * @example log({ everyMs: 0 }).onError //=> 'log'
 */
export function log(declared: LogOptions = {}): Sink {
  checkOptions<LogOptions>('log', declared, {
    ...loggerFields,
    everyMs: number({ least: 0 }),
    level: oneOf('error', 'warn', 'info', 'debug', 'trace'),
    metrics: number({ least: 0 }),
  });
  const { everyMs = 10_000, level = 'info', metrics = 4, ...options } = declared;
  const { destination = process.stderr } = options;
  const isPretty = () => options.pretty ?? !isAsked('json');
  const isTable = () => isPretty() && isTerminal(destination);
  const sayTo = (named: object): Say => {
    const logger = createLogger(options);
    return (message, details) => logger(level, message, { ...named, ...details });
  };
  let readSince: number | undefined;

  return {
    name: 'log',
    onError: 'log',
    reading(progress) {
      const now = performance.now();
      if (!progress || readSince === undefined) readSince = progress && now;
      else if (now - readSince >= everyMs && !isTable()) {
        readSince = now;
        sayTo({})(readingLine(progress), { kind: 'reading', ...progress });
      }
    },
    open(run) {
      const logger = createLogger(options);
      const say = sayTo({ name: run.name });
      const { write, close } = isTable()
        ? tableWriter(run, destination)
        : isPretty()
          ? textWriter(run, say, metrics)
          : jsonWriter(run, say);
      const writeSteps = isTable() ? () => {} : stepLines(run, say, everyMs);
      return {
        write(event) {
          write(event);
          if (event.kind === 'report' || event.kind === 'step') writeSteps(event);
          if (event.kind === 'finding') logger('warn', findingLine(event), { name: run.name, ...event });
        },
        close,
      };
    },
  };
}

function tableWriter(run: Run, destination: TextStream): SinkWriter {
  if (destination === process.stderr && isAsked('quiet')) return { write() {}, close() {} };
  let line: ReturnType<typeof epochTable>['line'] | undefined;
  const trend: number[] = [];
  // A progress bar may stand in the line: it is cleared, and drawn again below.
  const print = (text: string) => destination.write(`\r\x1b[K${text}\n`);
  return pairEpochs((row) => {
    if (!line) {
      ({ line } = epochTable(run, metricsOf(row, run), destination.columns || 80));
      print(line());
    }
    const score = row.validation?.metrics[run.metric];
    if (score !== undefined) trend.push(score);
    if (trend.length > 8) trend.shift();
    print(line(row, row.validation ? trend : []));
  });
}

function textWriter(run: Run, say: Say, metrics: number): SinkWriter {
  return pairEpochs((row) => say(epochLine(run, row, metrics), row));
}

/** Every event as it is. */
function jsonWriter(run: Run, say: Say): SinkWriter {
  return {
    write(event) {
      const { kind, epoch, step } = event;
      if (kind === 'validation') say(epochLine(run, { epoch, step, validation: event }, Infinity), event);
      if (kind === 'epoch') say(epochLine(run, { epoch, step, end: event }, Infinity), event);
    },
    close() {},
  };
}

/** A line for a report, when it is time; for a step, where no report has come for long. */
function stepLines(run: Run, say: Say, everyMs: number): (event: Report | Step) => void {
  const lateMs = everyMs > 0 ? everyMs + Math.min(everyMs, 1000) : Infinity;
  let since = { at: performance.now(), loss: 0, rows: 0 };
  return (event) => {
    const now = performance.now();
    if (event.kind === 'step') {
      since.loss += event.loss * event.gradientRows;
      since.rows += event.gradientRows;
      if (now - since.at < lateMs) return;
      const { step, epoch, rows } = event;
      const loss = since.loss / since.rows;
      const told = { step, epoch, rows, loss, rowsPerSecond: (1000 * since.rows) / (now - since.at) };
      say(stepLine(run, told), { kind: 'step', ...told });
    } else {
      if (now - since.at < everyMs) return;
      say(stepLine(run, event), event);
    }
    since = { at: now, loss: 0, rows: 0 };
  };
}

type StepTold = Pick<Report, 'epoch' | 'step' | 'rows' | 'loss' | 'rowsPerSecond'> & Partial<Report>;

function stepLine({ epochs, totalRows }: Run, told: StepTold): string {
  const {
    epoch,
    step,
    rows,
    loss,
    rowsPerSecond,
    bottleneck,
    waitMs = 0,
    computeMs = 0,
    sinkMs = 0,
    badRows = 0,
  } = told;
  const parts = [`loss ${shortNumber(loss)}`, `${shortNumber(Math.round(rowsPerSecond))} rows/s`];
  if (totalRows) {
    const left = Math.ceil(Math.max(0, totalRows - rows) / rowsPerSecond);
    parts.push(`${percentOf(rows, totalRows)} done`);
    if (Number.isFinite(left)) parts.push(`${formatSeconds(left)} left`);
  }
  if (bottleneck === 'reading' || bottleneck === 'sinks') parts.push(spendingInWords({ waitMs, computeMs, sinkMs }));
  if (badRows > 0) parts.push(`${shortNumber(badRows)} row${badRows === 1 ? '' : 's'} left out`);
  return `epoch ${epoch} of ${epochs}, step ${step}: ${parts.join(', ')}`;
}

function epochLine(run: Run, row: EpochRow, most: number): string {
  const { epoch, step, end, validation } = row;
  const names = metricsOf(row, run).slice(0, most);
  const parts = names.map((name) => `${name} ${shortNumber(validation!.metrics[name])}`);
  if (end) {
    parts.unshift(`loss ${shortNumber(end.loss)}`);
    parts.push(`${shortNumber(Math.round(end.rowsPerSecond))} rows/s`, formatSeconds(end.seconds));
  }
  if (validation?.isBest) parts.push('the best so far');
  return `epoch ${epoch} of ${run.epochs}${end ? '' : `, step ${step}`}: ${parts.join(', ')}`;
}

/** The names of a validation's metrics, the one that is watched first. */
function metricsOf({ validation }: EpochRow, { metric }: Run): string[] {
  const names = Object.keys(validation?.metrics ?? {});
  return [...names.filter((name) => name === metric), ...names.filter((name) => name !== metric)];
}

function findingLine({ epoch, step, message, advice }: Finding): string {
  return `epoch ${epoch}, step ${step}: ${message}. ${advice}`;
}

function readingLine({ what, rows, totalRows }: ReadingProgress): string {
  return `${what}: ${shortNumber(rows)} rows so far${totalRows ? `, ${percentOf(rows, totalRows)}` : ''}`;
}

function percentOf(rows: number, totalRows: number): string {
  return `${Math.floor(100 * Math.min(1, rows / totalRows))} %`;
}

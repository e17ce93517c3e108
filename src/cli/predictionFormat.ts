import { resolve } from 'node:path';
import { type TableFormat, tableEndings, tableFormatOf } from '../sink/table/tableEncoder.ts';
import { type FormatName, formats } from '../source/formats.ts';
import { UsageError } from './command.ts';

const toStdout: readonly string[] = ['csv', 'ndjson', 'arrow'] satisfies readonly TableFormat[];

/** The format in which standard input is answered. */
function answerTo(format: string): TableFormat | undefined {
  const [ending] = Object.hasOwn(formats, format) ? formats[format as FormatName].endings : [];
  const same = tableFormatOf(`rows${ending}`);
  return same && toStdout.includes(same) ? same : undefined;
}

/**
 * The format that is written.
 *
 * @throws UsageError where what is asked for does not go together
 */
export function predictionFormat(
  {
    to,
    as,
    resume,
    watch,
    format,
  }: Readonly<Partial<Record<'to' | 'as' | 'format', string | undefined>>> & {
    readonly resume: boolean;
    readonly watch: boolean;
  },
  place: string | undefined,
): TableFormat {
  if (as !== undefined && ![...toStdout, 'parquet'].includes(as)) {
    throw new UsageError(`--as: expected one of ${toStdout.join(', ')}, parquet, got ${as}`);
  }
  if (watch) {
    if (place === undefined || place === '-') throw new UsageError('--watch wants a folder as SOURCE');
    if (to === undefined) throw new UsageError('--watch wants the folder that files are written into: --to FOLDER');
    if (resolve(to) === resolve(place)) throw new UsageError('--watch writes into another folder than it reads');
    if (resume) throw new UsageError('--watch goes on by itself where it was interrupted: leave --resume out');
    return (as ?? 'ndjson') as TableFormat;
  }
  if (to === undefined) {
    if (resume) throw new UsageError('--resume goes on with a file: name it, --to FILE');
    if (as === 'parquet') throw new UsageError(`--as: expected one of ${toStdout.join(', ')} for stdout, got parquet`);
    return (as as TableFormat | undefined) ?? (place === '-' && format ? (answerTo(format) ?? 'ndjson') : 'ndjson');
  }
  const told = tableFormatOf(to);
  if (told === undefined)
    throw new UsageError(`--to: expected a file that ends in ${tableEndings.join(', ')}, got ${to}`);
  if (as !== undefined && as !== told) throw new UsageError(`--as ${as}: the name of ${to} says ${told}`);
  return told;
}

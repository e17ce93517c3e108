import { resolve } from 'node:path';
import { ResumeError } from '../../errors.ts';
import type { Run } from '../../sink/types.ts';
import type { Pipeline } from '../declare/pipeline.ts';
import { type BadRowWriter, createBadRowWriter } from './badRowWriter.ts';

/** The file to which a pipeline writes rows that cannot be used, where it writes them at all. */
export function badRowWriterOf({ badRows }: Pick<Pipeline, 'badRows'>, directory: string): BadRowWriter | undefined {
  return badRows === 'fail' || badRows.path === null ? undefined : createBadRowWriter(resolve(directory, badRows.path));
}

/** What a checkpoint knows of rows that cannot be used. */
interface Saved {
  /** the file of bad rows as it was declared, null for none. */
  readonly badRowFile: string | null;
  readonly counters: { readonly badRows: number; readonly fileBytes: number };
}

/**
 * Cuts the file of bad rows back to what it held at a checkpoint.
 *
 * @param where names the checkpoint
 * @throws ResumeError where the bad rows of the run are in another file
 * @throws BadRowFileError where the file has less than it had
 */
export function resumeBadRowFile(
  where: string,
  { badRowFile: before, counters }: Saved,
  { badRows }: Pick<Pipeline, 'badRows'>,
  writer: BadRowWriter | undefined,
  log: Run['log'] | undefined,
): void {
  if (!writer || badRows === 'fail') return;
  if (before !== null && before !== badRows.path) {
    throw new ResumeError({
      where,
      expected: `badRowFile(${JSON.stringify(before)}), to which the run has written`,
      received: `${badRows.path}`,
      hint: 'Undo the change to go on, or train anew in another folder',
    });
  }
  if (before === null && counters.badRows > 0) {
    log?.('warn', `${counters.badRows} rows were left out before rows were written to ${writer.path}`);
  }
  writer.cut(counters.fileBytes);
}

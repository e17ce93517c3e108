import { resolve } from 'node:path';
import { ResumeError } from '../../errors.ts';
import type { Run } from '../../types.ts';
import type { Pipeline } from '../pipeline.ts';
import { createLetterFile, type LetterFile } from './letterFile.ts';

/** The file to which a pipeline writes rows that cannot be used, where it writes them at all. */
export function letterFileOf({ badRows }: Pick<Pipeline, 'badRows'>, directory: string): LetterFile | undefined {
  return badRows === 'fail' || badRows.path === null ? undefined : createLetterFile(resolve(directory, badRows.path));
}

/** What a checkpoint knows of rows that cannot be used. */
interface Saved {
  /** The letter file as it was declared, null for none. */
  readonly letters: string | null;
  readonly counters: { readonly badRows: number; readonly letterBytes: number };
}

/**
 * Cuts the letter file back to what it held at a checkpoint.
 *
 * @param where names the checkpoint
 * @throws ResumeError where the letters of the run are in another file
 * @throws LetterError where the file has less than it had
 */
export function resumeLetters(
  where: string,
  { letters: before, counters }: Saved,
  { badRows }: Pick<Pipeline, 'badRows'>,
  letters: LetterFile | undefined,
  log: Run['log'] | undefined,
): void {
  if (!letters || badRows === 'fail') return;
  if (before !== null && before !== badRows.path) {
    throw new ResumeError({
      where,
      expected: `deadLetter(${JSON.stringify(before)}), to which the run has written`,
      received: `${badRows.path}`,
      hint: 'Undo the change to go on, or train anew in another folder',
    });
  }
  if (before === null && counters.badRows > 0) {
    log?.('warn', `${counters.badRows} rows were left out before rows were written to ${letters.path}`);
  }
  letters.cut(counters.letterBytes);
}

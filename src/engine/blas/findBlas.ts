import { MillraceError } from '../../errors.ts';
import type { BlasLibrary } from './blasLibrary.ts';
import { blasPaths } from './blasPaths.ts';
import { ANY_LIBRARY, loadBlas } from './loadBlas.ts';
import { loadKoffi } from './loadKoffi.ts';

/** By what MILLRACE_BLAS said: a library is looked for, tried and measured once a process. */
const answers = new Map<string | undefined, BlasLibrary | MillraceError>();

/**
 * The system's BLAS: the one that `MILLRACE_BLAS` names, or the first that works of those known on this platform.
 *
 * @throws MillraceError where there is none, or none that works
 */
export function findBlas(): BlasLibrary {
  const named = process.env.MILLRACE_BLAS || undefined;
  const answer = answers.get(named) ?? search(named);
  answers.set(named, answer);
  if (answer instanceof MillraceError) throw answer;
  return answer;
}

function search(named: string | undefined): BlasLibrary | MillraceError {
  const paths = named === undefined ? blasPaths(process.platform) : [named];
  try {
    const koffi = loadKoffi();
    let refusal: unknown;
    for (const path of paths) {
      try {
        return loadBlas(koffi, path);
      } catch (error) {
        if (named !== undefined) throw error;
        // One that is there says more than those that are not.
        if ((error as MillraceError).expected !== ANY_LIBRARY) refusal ??= error;
      }
    }
    if (refusal !== undefined) throw refusal;
    throw new MillraceError({
      where: 'blas engine',
      expected: ANY_LIBRARY,
      received: `none of ${paths.join(', ')}`,
      hint: 'Install one (Debian: libopenblas0), or name one in MILLRACE_BLAS',
    });
  } catch (error) {
    if (error instanceof MillraceError) return error;
    throw error;
  }
}

import { fileURLToPath } from 'node:url';
import { OptionError } from './errors.ts';
import { version } from './version.ts';

/** A copy of Millrace in a process: there may be two, one of the command and one that a file imports. */
interface Copy {
  readonly version: string;
  /** The folder of its modules. */
  readonly folder: string;
}

const copy: Copy = Object.freeze({ version, folder: fileURLToPath(new URL('.', import.meta.url)) });
/** The same in all copies. */
const key = Symbol.for('millrace.copy');

/** Says in a declaration which copy made it; it stays when the declaration is spread into another object. */
export const brand = { [key]: copy };

/**
 * Holds a declaration to this copy. Copies share no classes, nor do the libraries under them: what one made, another takes for something
 * else, or for nothing.
 *
 * @param where the place of the declaration, as `pipeline flights.ts`
 * @throws OptionError where another copy made it
 */
export function assertOwn(where: string, declared: unknown): void {
  const other = (declared as { readonly [key]?: Copy } | null | undefined)?.[key];
  if (other === undefined || other === copy) return;
  throw new OptionError({
    where,
    expected: `a declaration made by Millrace ${copy.version} in ${copy.folder}`,
    received: `one made by Millrace ${other.version} in ${other.folder}`,
    hint: 'Two copies do not work together: let the command be that of the copy which the file imports, as npx millrace in its folder is',
  });
}

import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { assertOwn } from '../../brand.ts';
import { MillraceError, OptionError } from '../../errors.ts';
import { didYouMean } from '../../options/didYouMean.ts';
import { otherExports } from '../../options/otherNames.ts';
import { shellWord } from '../../options/shown.ts';

/** What a file should declare. */
export interface Declared<T> {
  /** `pipeline`, for errors. */
  readonly noun: string;
  /** The call that it default-exports: `definePipeline({...})`. */
  readonly call: string;
  readonly is: (value: unknown) => value is T;
  /** What to do where there is no such file. */
  readonly hint?: string;
}

/**
 * Imports a file that default-exports a declaration.
 *
 * @throws OptionError where there is no such file, it cannot be imported, or its default export is something else, or was made by another copy of
 * Millrace
 */
export async function importDeclaration<T>(file: string, { noun, call, is, hint }: Declared<T>): Promise<T> {
  const path = resolve(file);
  const where = `${noun} ${file}`;
  const expected = `a file that default-exports ${call}`;
  await access(path).catch((cause) => {
    const check = 'Check the path; it is relative to the folder in which the command runs';
    throw new OptionError({ where, expected, received: 'no such file', hint: hint ?? check, cause });
  });
  const module = await import(pathToFileURL(path).href).catch((cause) => {
    if (cause instanceof MillraceError) throw cause;
    throw new OptionError({ where, expected, received: `${cause}`, hint: hintFor(cause, file), cause });
  });
  const declared: unknown = module.default;
  assertOwn(where, declared);
  if (is(declared)) return declared;
  throw new OptionError({
    where,
    expected,
    received: declared === undefined ? 'no default export' : `a default export of type ${typeof declared}`,
  });
}

/** What Node says of an ES module in a package whose `package.json` says `"type": "commonjs"`, as that of `npm init` does. */
function isTakenForCommonJs({ message }: SyntaxError): boolean {
  return /import statement outside a module|Unexpected token 'export'/.test(message);
}

function hintFor(cause: unknown, file: string): string | undefined {
  if (!(cause instanceof Error)) return undefined;
  if ((cause as NodeJS.ErrnoException).code === 'ERR_UNKNOWN_FILE_EXTENSION') {
    return `Run it with Node 24 or later, which reads TypeScript, not ${process.versions.node}, or compile it first`;
  }
  if (cause instanceof SyntaxError && isTakenForCommonJs(cause)) {
    const named = file.replace(/\.([jt]s)$/, '.m$1');
    return `Say "type": "module" in package.json, or name it ${named}`;
  }
  const meant = cause instanceof SyntaxError ? meantExport(cause) : undefined;
  if (meant) return meant;
  // A syntax error does not say where it is.
  if (cause instanceof SyntaxError) return `node ${shellWord(file)} shows the place`;
  const place = /^ +(at .*)$/m.exec(cause.stack ?? '')?.[1];
  return place && `It was thrown ${place}`;
}

/** What somebody perhaps meant who imports a name that Millrace does not have. */
function meantExport({ message }: SyntaxError): string | undefined {
  const [, name] =
    /requested module '(?:millrace|[^']*\/index\.[jt]s)[^']*' does not provide an export named '(.*)'/.exec(message) ??
    [];
  return name && didYouMean(name, Object.keys(otherExports), otherExports);
}

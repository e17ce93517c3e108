import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MillraceError, OptionError } from '../errors.ts';
import type { Pipeline } from '../pipeline/definePipeline.ts';

/**
 * Imports a file that default-exports `definePipeline({...})`.
 *
 * @param hint what to do where there is no such file
 * @throws OptionError where there is no such file, it cannot be imported, or its default export is no pipeline
 */
export async function importPipeline(
  file: string,
  hint = 'Check the path; it is relative to the folder in which the command runs',
): Promise<Pipeline> {
  const path = resolve(file);
  const where = `pipeline ${file}`;
  const expected = 'a file that default-exports definePipeline({...})';
  await access(path).catch((cause) => {
    throw new OptionError({ where, expected, received: 'no such file', hint, cause });
  });
  const module = await import(pathToFileURL(path).href).catch((cause) => {
    if (cause instanceof MillraceError) throw cause;
    throw new OptionError({ where, expected, received: `${cause}`, hint: hintFor(cause, file), cause });
  });
  const pipeline = module.default;
  if (typeof pipeline?.source?.open !== 'function' || !Array.isArray(pipeline.network)) {
    throw new OptionError({
      where,
      expected,
      received: pipeline === undefined ? 'no default export' : `a default export of type ${typeof pipeline}`,
    });
  }
  return pipeline;
}

function hintFor(cause: unknown, file: string): string | undefined {
  if (!(cause instanceof Error)) return undefined;
  if ((cause as NodeJS.ErrnoException).code === 'ERR_UNKNOWN_FILE_EXTENSION') {
    return 'Run it with Node 22.18 or later, which reads TypeScript, or compile it first';
  }
  // A syntax error does not say where it is.
  if (cause instanceof SyntaxError) return `node ${file} shows the place`;
  const place = /^ +(at .*)$/m.exec(cause.stack ?? '')?.[1];
  return place && `It was thrown ${place}`;
}

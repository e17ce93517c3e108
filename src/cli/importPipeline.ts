import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MillraceError, OptionError } from '../errors.ts';
import type { Pipeline } from '../pipeline/definePipeline.ts';

/**
 * Imports a file that default-exports `definePipeline({...})`.
 *
 * @throws OptionError where there is no such file, it cannot be imported, or its default export is no pipeline
 */
export async function importPipeline(file: string): Promise<Pipeline> {
  const path = resolve(file);
  const where = `pipeline ${file}`;
  const expected = 'a file that default-exports definePipeline({...})';
  await access(path).catch((cause) => {
    throw new OptionError({ where, expected, received: 'no such file', cause });
  });
  const module = await import(pathToFileURL(path).href).catch((cause) => {
    if (cause instanceof MillraceError) throw cause;
    const typescript = cause?.code === 'ERR_UNKNOWN_FILE_EXTENSION';
    throw new OptionError({
      where,
      expected,
      received: `${cause}`,
      hint: typescript ? 'Run it with Node 22.18 or later, which reads TypeScript, or compile it first' : undefined,
      cause,
    });
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

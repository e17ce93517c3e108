import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SourceError } from '../src/index.ts';

/**
 * The path of a file that a dataset's `prepare.ts` makes: in the folder that `MILLRACE_DATA` names, as `<dataset>/<file>`, or else in
 * `data/<dataset>/build`.
 *
 * @throws SourceError where it is not there, saying how to make it
 */
export function prepared(dataset: string, file: string): string {
  const { MILLRACE_DATA: folder } = process.env;
  const path = folder
    ? join(folder, dataset, file)
    : fileURLToPath(new URL(`${dataset}/build/${file}`, import.meta.url));
  if (existsSync(path)) return path;
  throw new SourceError({
    where: path,
    expected: `the prepared dataset ${dataset}`,
    received: 'no such file',
    hint: `Make it: npx node data/${dataset}/prepare.ts FOLDER, with the folder of the original files that data/${dataset}/README.md names`,
  });
}

import { extname } from 'node:path';
import { table } from '../../format/table.ts';
import { shellWord } from '../../options/shown.ts';

/** What opens a file, by the end of its name or, of a folder, by its name; of another folder what it is says so. */
const openedBy: Readonly<Record<string, string>> = {
  '.json': 'any editor',
  '.log': 'any editor',
  '.txt': 'any editor',
  '.ndjson': 'any editor; jq, DuckDB and pandas, as lines of JSON',
  '.parquet': 'DuckDB, pandas, or millrace as a source',
  checkpoints: 'millrace evaluate, predict and serve; the parameters alone: anything that reads safetensors',
};

/**
 * A text for whoever finds the folder of a run: what each file is, and what opens it.
 *
 * @param files their paths from the folder on, and what each is
 */
export function runReadme(
  { name, directory }: { readonly name: string; readonly directory: string },
  state: string,
  files: Readonly<Record<string, string>>,
): string {
  const rows = Object.entries(files).map(([path, what]) => [path, what, openedBy[extname(path) || path] ?? '']);
  const folder = shellWord(directory);
  return [
    `A training run of the pipeline ${name}, by Millrace: ${state}.`,
    '',
    table([['file', 'what it is', 'what opens it'], ...rows]),
    '',
    table([
      [`npx millrace report ${folder}`, 'writes it all as a page, report.html'],
      ['npx millrace list', 'lists all runs'],
    ]),
    '',
  ].join('\n');
}

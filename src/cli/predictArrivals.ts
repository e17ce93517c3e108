import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { MillraceError } from '../errors.ts';
import type { Model } from '../model/model.ts';
import { type TableFormat, tableFormatOf } from '../sink/table/tableEncoder.ts';
import { createNextFile } from '../source/files/nextFile.ts';
import { type FileLook, watchFolder } from '../source/files/watchedFolder.ts';
import { schemaWithRows } from '../source/files/wholeFile.ts';
import type { ReadAlikeOptions } from '../source/readAlike.ts';
import { type Predicting, predictToFile, type Written } from './predictionFile.ts';

export interface Arrivals {
  /** The folder in which files arrive, and that into which their predictions go. */
  readonly folder: string;
  readonly to: string;
  /** @default that of the file */
  readonly format: TableFormat | undefined;
  /** For how long a file must have stayed as it is. */
  readonly settleMs: number;
  /** Finds the model of the moment. */
  readonly find: () => Promise<string>;
  readonly open: (path: string) => Promise<Model>;
  readonly reading: Omit<ReadAlikeOptions, 'types'>;
  readonly predicting: Pick<Predicting, 'options' | 'signal' | 'tell'>;
  readonly onWritten: (file: string, written: Written, model: Model) => void;
  /** Is given a file that cannot be predicted, and how many there are by now. */
  readonly onFailed: (file: string, error: MillraceError, failed: number) => void;
}

/** Between two looks at the folder. */
const pollMs = 500;

/**
 * Predicts for each file that arrives in a folder, into a file of its own, which is there as a whole or not at all: what is there is done. So each row is
 * written once, whenever this ends. A file that cannot be read or predicted is passed over until it is another one. The model is looked for before each
 * file; where the new one does not load, the old one stays.
 *
 * @returns how many files could not be predicted, and have not been corrected
 */
export async function predictArrivals(arrivals: Arrivals): Promise<number> {
  const { folder, to, settleMs, reading, predicting, onWritten, onFailed } = arrivals;
  const { signal, tell } = predicting;
  await mkdir(to, { recursive: true });
  const name = `predict --watch ${folder}`;
  const journal = join(folder, '.millrace-order');
  const watched = watchFolder(name, folder, { pattern: '*', since: undefined, settleMs, journal });
  const failed = new Set<string>();
  function onPassedOver(file: string, error: MillraceError): void {
    failed.add(file);
    onFailed(join(folder, file), error, failed.size);
  }
  const nextFile = createNextFile({ name, folder, watched, pollMs, badFiles: 'skip', onPassedOver });
  const current = followed(arrivals);
  const read = new Set<string>();
  const written = new Set(await readdir(to));
  for (const file of await readdir(folder)) if (written.has(outputOf(file, arrivals.format))) read.add(file);
  while (!signal.aborted) {
    const model = await current();
    const predicted = async ({ file }: FileLook) => {
      const source = model.open(join(folder, file), reading);
      if (!(await schemaWithRows(source, signal))) return undefined;
      const path = join(to, outputOf(file, arrivals.format));
      const format = arrivals.format ?? tableFormatOf(path) ?? 'ndjson';
      return { path, written: await predictToFile({ ...predicting, model, source, format, onRows() {} }, path) };
    };
    const found = await nextFile.find(predicted, { read, signal, tell }).catch((error) => {
      if (signal.aborted) return undefined;
      throw error;
    });
    if (!found) continue;
    const { look, checked } = found;
    read.add(look.file);
    failed.delete(look.file);
    onWritten(checked.path, checked.written, model);
  }
  return failed.size;
}

/** The file of the predictions for one: of the same name where that says the format that is written, else with an ending more. */
export function outputOf(file: string, format: TableFormat | undefined): string {
  const own = tableFormatOf(file);
  if (own !== undefined && (format === undefined || own === format)) return file;
  return `${file}.${format ?? 'ndjson'}`;
}

/** Gives the model of the moment. */
function followed({ find, open, predicting: { tell } }: Arrivals): () => Promise<Model> {
  let known: { readonly state: string; readonly model: Model } | undefined;
  return async () => {
    try {
      const path = await find();
      // Of one that is not there, opening it says so.
      const { ino, size, mtimeMs } = (await stat(path).catch(() => undefined)) ?? {};
      const state = `${path} ${ino} ${size} ${mtimeMs}`;
      if (known?.state === state) return known.model;
      const model = await open(path);
      if (known) {
        tell(`${path} takes over: ${model.name} after ${model.step} steps (${model.hash.slice(0, 8)})`);
        known.model.close();
      }
      known = { state, model };
    } catch (error) {
      if (!known) throw error;
      tell(`the model stays as it is, since the new one does not load: ${(error as Error).message}`);
    }
    return known.model;
  };
}

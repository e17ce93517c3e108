import { open as openFile, readFile } from 'node:fs/promises';
import { SourceError } from '../errors.ts';

/** The order in which files were first read, kept in a file of its own. */
export interface ArrivalJournal {
  /** The names so far. */
  names(): Promise<readonly string[]>;
  /** Adds a name that is not there yet; it is on the disk when the promise is settled. */
  add(name: string): Promise<void>;
}

/** One name a line, as JSON. A last line that is not whole was not yet promised, and is written over. */
export function createArrivalJournal(where: string, path: string): ArrivalJournal {
  async function read(): Promise<{ readonly names: readonly string[]; readonly bytes: number }> {
    const text = await readFile(path, 'utf8').catch((cause) => {
      if (cause.code === 'ENOENT') return '';
      throw unusable(cause.message, cause);
    });
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    try {
      const names = whole
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line));
      if (names.every((name) => typeof name === 'string')) return { names, bytes: Buffer.byteLength(whole) };
    } catch (cause) {
      throw unusable('other lines', cause);
    }
    throw unusable('other lines');
  }

  function unusable(received: string, cause?: unknown): SourceError {
    return new SourceError({
      where: `${where}: journal ${path}`,
      expected: 'a file with the name of a file on each line, as JSON',
      received,
      hint: 'Remove it to begin anew, or name another one',
      cause,
    });
  }

  return {
    names: async () => (await read()).names,
    async add(name) {
      const { names, bytes } = await read();
      if (names.includes(name)) return;
      const file = await openFile(path, 'a').catch((cause) => {
        throw unusable(cause.message, cause);
      });
      try {
        await file.truncate(bytes);
        await file.write(`${JSON.stringify(name)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
    },
  };
}

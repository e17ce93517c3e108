import { open as openFile, readFile } from 'node:fs/promises';
import { SourceError } from '../../errors.ts';

/** A file that was read. */
export interface Arrival {
  readonly file: string;
  /** sha256 of its source's fingerprint when it was first read. */
  readonly sha256: string;
}

/** The order in which files were first read, kept in a file of its own. */
export interface ArrivalJournal {
  /** The files so far. */
  arrivals(): Promise<readonly Arrival[]>;
  /** Adds a file that is not there yet; it is on the disk when the promise is settled. */
  add(arrival: Arrival): Promise<void>;
}

/** One file a line, as JSON. A last line that is not whole was not yet promised, and is written over. */
export function createArrivalJournal(where: string, path: string): ArrivalJournal {
  async function read(): Promise<{ readonly arrivals: readonly Arrival[]; readonly bytes: number }> {
    const text = await readFile(path, 'utf8').catch((cause) => {
      if (cause.code === 'ENOENT') return '';
      throw unusable(cause.message, cause);
    });
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    try {
      const lines: readonly unknown[] = whole
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line));
      if (lines.every(isArrival)) return { arrivals: lines, bytes: Buffer.byteLength(whole) };
    } catch (cause) {
      throw unusable('other lines', cause);
    }
    throw unusable('other lines');
  }

  function unusable(received: string, cause?: unknown): SourceError {
    return new SourceError({
      where: `${where}: journal ${path}`,
      expected: 'a file with the name and the hash of a file on each line, as JSON',
      received,
      hint: 'Remove it to begin anew, or name another one',
      cause,
    });
  }

  return {
    arrivals: async () => (await read()).arrivals,
    async add({ file, sha256 }) {
      const { arrivals, bytes } = await read();
      if (arrivals.some((arrival) => arrival.file === file)) return;
      const journal = await openFile(path, 'a').catch((cause) => {
        throw unusable(cause.message, cause);
      });
      try {
        await journal.truncate(bytes);
        await journal.write(`${JSON.stringify({ file, sha256 })}\n`);
        await journal.sync();
      } finally {
        await journal.close();
      }
    },
  };
}

function isArrival(line: unknown): line is Arrival {
  if (typeof line !== 'object' || line === null) return false;
  return 'file' in line && typeof line.file === 'string' && 'sha256' in line && typeof line.sha256 === 'string';
}

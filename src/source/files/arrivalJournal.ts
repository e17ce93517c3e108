import { open as openFile, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SourceError } from '../../errors.ts';
import { shownValue } from '../../options/shown.ts';

/** A file that was read. */
export interface Arrival {
  readonly file: string;
  /** sha256 of its source's fingerprint when it was first read. */
  readonly sha256: string;
  /** Its size then; unknown in journals of before it was kept. */
  readonly bytes?: number;
}

/** The order in which files were first read, kept in a file of its own. */
export interface ArrivalJournal {
  /** The files so far. */
  arrivals(): Promise<readonly Arrival[]>;
  /** Adds a file; it is on the disk when the promise is settled. Of a file that is there the first line counts. */
  add(arrival: Arrival): Promise<void>;
  /**
   * @param digest what `digestOf` gives for the file of that number; nothing is asked when undefined
   * @throws SourceError where another file has its number
   */
  assertHas(index: number, digest: string | undefined): Promise<void>;
  /** Forgets all files from a number on: they arrive anew. */
  cut(index: number): Promise<void>;
}

/** Enough of a file's hash to tell it from others. */
export function digestOf({ sha256 }: Arrival): string {
  return sha256.slice(0, 16);
}

interface Content {
  readonly arrivals: readonly Arrival[];
  /** Where each line ends, the first number being 0. */
  readonly ends: readonly number[];
  /** Of the file, a line that is not whole included. */
  readonly size: number;
}

const empty: Content = { arrivals: [], ends: [0], size: 0 };

/**
 * One file a line, as JSON. A last line that is not whole was not yet promised: it is passed over, and cut off before the next is added. Lines
 * are added whole, so that two who add at the same time see the same order.
 */
export function createArrivalJournal(where: string, path: string): ArrivalJournal {
  let known = empty;

  async function read(): Promise<Content> {
    const size = await stat(path).then(
      (entry) => entry.size,
      (cause) => {
        if (cause.code === 'ENOENT') return 0;
        throw unusable(cause.message, cause);
      },
    );
    if (size !== known.size) known = size === 0 ? empty : await parse();
    return known;
  }

  async function parse(): Promise<Content> {
    const text = await readFile(path, 'utf8').catch((cause) => {
      throw unusable(cause.message, cause);
    });
    const arrivals: Arrival[] = [];
    const ends = [0];
    const files = new Set<string>();
    for (const [i, line] of text.split('\n').slice(0, -1).entries()) {
      const arrival = parsed(line, i + 1);
      const end = ends.at(-1)! + Buffer.byteLength(line) + 1;
      if (files.has(arrival.file)) ends[ends.length - 1] = end;
      else {
        files.add(arrival.file);
        arrivals.push(arrival);
        ends.push(end);
      }
    }
    return { arrivals, ends, size: Buffer.byteLength(text) };
  }

  function parsed(line: string, number: number): Arrival {
    try {
      const arrival: unknown = JSON.parse(line);
      if (isArrival(arrival)) return arrival;
    } catch {
      // Said below.
    }
    throw unusable(`on line ${number} ${shownValue(line)}`);
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

  async function change(to: number, line: string): Promise<void> {
    const isNew = known.size === 0;
    const journal = await openFile(path, 'a').catch((cause) => {
      throw unusable(cause.message, cause);
    });
    try {
      if (to < known.size) await journal.truncate(to);
      if (line !== '') await journal.write(line);
      await journal.sync();
    } finally {
      await journal.close();
    }
    known = empty;
    if (isNew) await syncFolder(dirname(path));
  }

  return {
    arrivals: async () => (await read()).arrivals,
    async add(arrival) {
      const { ends } = await read();
      await change(ends.at(-1)!, `${JSON.stringify(arrival)}\n`);
    },
    async assertHas(index, digest) {
      const arrival = (await read()).arrivals[index];
      if (digest === undefined || (arrival && digestOf(arrival) === digest)) return;
      throw new SourceError({
        where: `${where}: journal ${path}`,
        expected: `the order in which files were read, of which number ${index} has the hash ${digest}...`,
        received: arrival ? `${arrival.file}, with the hash ${digestOf(arrival)}...` : 'fewer files',
        hint: 'Bring the journal of that run back, or train anew',
      });
    },
    async cut(index) {
      const { ends } = await read();
      await change(ends[index]!, '');
    },
  };
}

/** A new file is there after a loss of power only when its folder is on the disk, too. */
async function syncFolder(path: string): Promise<void> {
  // Windows has no such thing.
  const folder = await openFile(path, 'r').catch(() => undefined);
  try {
    await folder?.sync().catch(() => {});
  } finally {
    await folder?.close();
  }
}

function isArrival(line: unknown): line is Arrival {
  if (typeof line !== 'object' || line === null) return false;
  return 'file' in line && typeof line.file === 'string' && 'sha256' in line && typeof line.sha256 === 'string';
}

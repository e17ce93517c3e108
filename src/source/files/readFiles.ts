import type { Tell } from '../types.ts';
import type { Arrival } from './arrivalJournal.ts';
import { type FileLook, isSameLook, type WatchedFolder } from './watchedFolder.ts';

/** Keeps an eye on files that were read: nothing of what is done to them then is seen by the run. */
export interface ReadFiles {
  /** Takes note of what a file was like when it was read. */
  note(look: FileLook): void;
  /** One that is not what it was when this process read it; undefined where all are. */
  changed(): Promise<string | undefined>;
  /** Looks at some of them, and tells of those that are not as they were, once each. */
  look(arrivals: readonly Arrival[], tell: Tell): Promise<void>;
}

/** Files that are looked at each time: in a folder of many they take turns. */
const mostLooks = 1000;
const mostNames = 3;

/** @param where the source's name */
export function watchReadFiles(where: string, folder: Pick<WatchedFolder, 'look'>): ReadFiles {
  const asRead = new Map<string, FileLook>();
  const told = new Set<string>();
  let turn = 0;

  /** Those that this process has read. */
  const readHere = new Set<string>();

  return {
    note(look) {
      asRead.set(look.file, look);
      readHere.add(look.file);
      told.delete(look.file);
    },
    async changed() {
      for (const file of readHere) if (!isSameLook(await folder.look(file), asRead.get(file))) return file;
      return undefined;
    },
    async look(arrivals, tell) {
      const gone: string[] = [];
      const longer: string[] = [];
      const others: string[] = [];
      for (let i = 0; i < Math.min(mostLooks, arrivals.length); i++) {
        const { file, bytes } = arrivals[(turn + i) % arrivals.length]!;
        if (told.has(file)) continue;
        const is = await folder.look(file);
        const was = asRead.get(file);
        // Of a file that another process has read only the size is known.
        if (is && !was) asRead.set(file, { ...is, bytes: bytes ?? is.bytes });
        if (is && (was ? isSameLook(was, is) : bytes === undefined || bytes === is.bytes)) continue;
        const before = was?.bytes ?? bytes;
        told.add(file);
        if (!is) gone.push(file);
        else if (before !== undefined && is.bytes > before) longer.push(`${file} (${is.bytes - before} bytes)`);
        else others.push(file);
      }
      turn = arrivals.length === 0 ? 0 : (turn + mostLooks) % arrivals.length;
      const say = (files: readonly string[], what: string) => {
        if (files.length === 0) return;
        const names = files.slice(0, mostNames).join(', ');
        const more = files.length > mostNames ? ` and ${files.length - mostNames} more` : '';
        tell(`${where}: ${names}${more}: ${what}`);
      };
      say(longer, `appended to after being read, and not read again; ${resumed}. Write new rows to a new file`);
      say(others, `changed after being read, and not read again; ${resumed}. Write new rows to a new file`);
      say(gone, `gone after being read; ${resumed}`);
    },
  };
}

const resumed = 'a run that is resumed behind it does not need it, one that has to read it again is refused';

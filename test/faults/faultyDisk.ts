import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FileSystem, OpenFile } from '../../src/files/fileSystem.ts';
import type { BadRowDisk } from '../../src/pipeline/badRows/badRowWriter.ts';

/** How one operation fails, and what comes after it. */
export type Fault = 'EIO once' | 'ENOSPC for good' | 'short write' | 'process gone';
export const faults: readonly Fault[] = ['EIO once', 'ENOSPC for good', 'short write', 'process gone'];

/** What a power failure leaves of bytes that were written and not synced. */
export type Loss = 'kept' | 'dropped' | 'zeroed' | 'cut';
export const losses: readonly Loss[] = ['kept', 'dropped', 'zeroed', 'cut'];

interface Content {
  bytes: Uint8Array;
  /** What is certainly on the disk. */
  synced: Uint8Array;
}

/** What a folder holds: a name's content, or that it is a folder. */
type Names = Map<string, Content | 'folder'>;

/** A change of names that has not been brought to the disk. */
interface Change {
  readonly folder: string;
  apply(names: Names): void;
}

/** A disk in memory that can fail, and can be looked at as it would be after a power failure. */
export interface FaultyDisk {
  readonly fileSystem: FileSystem;
  /** The same disk as a letter file asks for it. */
  readonly badRowDisk: BadRowDisk;
  /** The operations so far, one line each. */
  readonly operations: readonly string[];
  /** Lets the operation of this number, from 0 and counted from now, fail. */
  fail(operation: number, fault: Fault): void;
  /** The disk works again; a new process finds what is there. */
  mend(): void;
  /** The number of changes of names that a power failure may undo, the latest first. */
  readonly pending: number;
  /** The files there are: now, or after a power failure that undoes all but the first `changes`. */
  files(changes?: number, loss?: Loss): Map<string, Uint8Array>;
}

/** A process that is gone does nothing more, not even clean up. */
const goneError = () => Object.assign(new Error('process gone'), { code: 'GONE' });
const systemError = (code: string, operation: string) => Object.assign(new Error(`${code}: ${operation}`), { code });

/** What ENOSPC strikes; to close, to look and to remove goes on. */
const takesSpace = /^(mkdir|open [wa]|write|sync|rename)/;

export function faultyDisk(): FaultyDisk {
  const now: Names = new Map([['/', 'folder']]);
  const durable: Names = new Map(now);
  let changes: Change[] = [];
  const operations: string[] = [];
  let plan: { at: number; fault: Fault } | undefined;
  let state: 'well' | 'full' | 'gone' = 'well';

  function change(folder: string, apply: (names: Names) => void): void {
    apply(now);
    changes.push({ folder, apply });
  }

  /** Counts the operation, and tells how it fails, if it does. */
  function begin(operation: string): Fault | undefined {
    if (state === 'gone') throw goneError();
    const fault = plan?.at === operations.length ? plan.fault : undefined;
    operations.push(operation);
    if (fault === 'process gone') state = 'gone';
    if (fault === 'ENOSPC for good') state = 'full';
    return state === 'full' && takesSpace.test(operation) ? 'ENOSPC for good' : fault;
  }

  /** For operations that are done as a whole or not at all. */
  function atomic(operation: string): void {
    const fault = begin(operation);
    if (fault === 'process gone') throw goneError();
    if (fault === 'EIO once') throw systemError('EIO', operation);
    if (fault === 'ENOSPC for good' && takesSpace.test(operation)) throw systemError('ENOSPC', operation);
  }

  /** Writes at the end; how much of it. */
  function append(path: string, content: Content, bytes: Uint8Array): number {
    const operation = `write ${path}`;
    const fault = begin(operation);
    const written = fault ? bytes.length >> 1 : bytes.length;
    content.bytes = Buffer.concat([content.bytes, bytes.subarray(0, written)]);
    if (fault === 'process gone') throw goneError();
    if (fault && fault !== 'short write') throw systemError(fault.slice(0, fault.indexOf(' ')), operation);
    return written;
  }

  function syncContent(path: string, content: Content): void {
    // After a sync that has failed, the kernel may have forgotten that these bytes were to be written.
    atomic(`sync ${path}`);
    content.synced = content.bytes;
  }

  function syncFolder(path: string): void {
    atomic(`sync ${path}`);
    for (const each of changes) if (each.folder === path) each.apply(durable);
    changes = changes.filter((each) => each.folder !== path);
  }

  function makeFolder(path: string): void {
    atomic(`mkdir ${path}`);
    const missing: string[] = [];
    for (let folder = path; !now.has(folder); folder = dirname(folder)) missing.unshift(folder);
    for (const folder of missing) change(dirname(folder), (names) => names.set(folder, 'folder'));
  }

  function makeFile(path: string): Content {
    const content: Content = { bytes: new Uint8Array(), synced: new Uint8Array() };
    change(dirname(path), (names) => names.set(path, content));
    return content;
  }

  function openContent(path: string, content: Content): OpenFile {
    return {
      write: async (bytes) => ({ bytesWritten: append(path, content, bytes) }),
      sync: async () => syncContent(path, content),
      close: async () => atomic(`close ${path}`),
    };
  }

  const fileSystem: FileSystem = {
    mkdir: async (path) => makeFolder(path),
    async readdir(path) {
      atomic(`readdir ${path}`);
      if (now.get(path) !== 'folder') throw systemError('ENOENT', path);
      return [...now.keys()]
        .filter((name) => dirname(name) === path && name !== path)
        .map((name) => name.slice(path.length + 1));
    },
    async open(path, flags) {
      atomic(`open ${flags} ${path}`);
      if (flags === 'r') {
        return {
          write: async () => ({ bytesWritten: 0 }),
          sync: async () => syncFolder(path),
          close: async () => atomic(`close ${path}`),
        };
      }
      return openContent(path, makeFile(path));
    },
    async rename(from, to) {
      atomic(`rename ${from} ${to}`);
      change(dirname(to), (names) => {
        const moved = names.get(from);
        names.delete(from);
        if (moved) names.set(to, moved);
      });
    },
    async rm(path) {
      atomic(`rm ${path}`);
      if (now.has(path)) change(dirname(path), (names) => names.delete(path));
    },
  };

  const opened: { readonly path: string; readonly content: Content | 'folder' }[] = [];
  function fileOf(file: number): { readonly path: string; readonly content: Content } {
    const { path, content } = opened[file]!;
    if (content === 'folder') throw systemError('EISDIR', path);
    return { path, content };
  }

  const badRowDisk: BadRowDisk = {
    mkdir: makeFolder,
    open(path, flags) {
      atomic(`open ${flags} ${path}`);
      const content = now.get(path) ?? (flags === 'a' ? makeFile(path) : undefined);
      if (!content) throw systemError('ENOENT', path);
      return opened.push({ path, content }) - 1;
    },
    size: (file) => fileOf(file).content.bytes.length,
    write(file, bytes) {
      const { path, content } = fileOf(file);
      return append(path, content, bytes);
    },
    truncate(file, bytes) {
      const { path, content } = fileOf(file);
      atomic(`truncate ${path}`);
      content.bytes = content.bytes.subarray(0, bytes);
    },
    sync(file) {
      const { path, content } = opened[file]!;
      if (content === 'folder') syncFolder(path);
      else syncContent(path, content);
    },
    close: (file) => atomic(`close ${opened[file]!.path}`),
  };

  return {
    fileSystem,
    badRowDisk,
    operations,
    fail(operation, fault) {
      plan = { at: operations.length + operation, fault };
    },
    mend() {
      plan = undefined;
      state = 'well';
    },
    get pending() {
      return changes.length;
    },
    files(count, loss = 'kept') {
      const names = new Map(count === undefined ? now : durable);
      for (const { apply } of changes.slice(0, count ?? 0)) apply(names);
      const found = new Map<string, Uint8Array>();
      for (const [path, content] of names) {
        if (content === 'folder' || !isReachable(names, path)) continue;
        found.set(path, count === undefined ? content.bytes : afterLoss(content, loss));
      }
      return found;
    },
  };
}

function isReachable(names: Names, path: string): boolean {
  const parent = dirname(path);
  return parent === path || (names.get(parent) === 'folder' && isReachable(names, parent));
}

function afterLoss({ bytes, synced }: Content, loss: Loss): Uint8Array {
  if (loss === 'kept') return bytes;
  if (loss === 'dropped') return synced;
  let same = 0;
  while (same < bytes.length && bytes[same] === synced[same]) same++;
  const lost = bytes.length - same;
  if (loss === 'cut') return bytes.subarray(0, same + (lost >> 1));
  return Buffer.concat([bytes.subarray(0, same), Buffer.alloc(lost)]);
}

/** Writes files of a disk in memory into a real folder. */
export async function layOut(files: ReadonlyMap<string, Uint8Array>, into: string): Promise<void> {
  for (const [path, bytes] of files) {
    await mkdir(join(into, dirname(path)), { recursive: true });
    await writeFile(join(into, path), bytes);
  }
}

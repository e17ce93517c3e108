import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { LockError } from '../errors.ts';

const lockFile = 'run.lock';

/**
 * Takes a folder for this process. The lock is the kernel's, so that it goes with the process however that ends, no lock of a
 * dead process is ever in the way, and two that come at once cannot both get it. Node has no `flock`; so it is
 *
 * - on Linux a listening socket with an abstract name, on Windows a named pipe, both named after the folder's device, inode and
 *   real path;
 * - elsewhere (macOS, BSD) the lock file, opened with `O_EXLOCK`.
 *
 * The file `run.lock` names the process, for people; on Linux and Windows it means nothing else. Containers with
 * network namespaces of their own do not see each other's sockets: do not share a folder between them.
 *
 * @returns gives the folder back
 * @throws LockError where a living process has the folder, or it cannot be written to
 * @example const release = await lockDirectory('runs/flights/1')
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  const path = join(directory, lockFile);
  try {
    await mkdir(directory, { recursive: true });
    const attempt = () => (usesName ? lockName(directory) : lockByFile(path));
    let unlock = await attempt();
    // A process that is being forked holds what its parent has just let go of, for an instant; a living holder has its file there.
    for (let tries = 0; !unlock && tries < 50 && !(await exists(path)); tries++) {
      await setTimeout(20);
      unlock = await attempt();
    }
    if (unlock) {
      const release = async () => {
        await rm(path, { force: true });
        await unlock();
      };
      await writeFile(path, `${process.pid}\n`).catch(async (error) => {
        await unlock();
        throw error;
      });
      return release;
    }
  } catch (cause) {
    throw new LockError({
      where: directory,
      expected: 'a folder that can be written to',
      received: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
  const holder = await readFile(path, 'utf8').catch(() => '');
  throw new LockError({
    where: directory,
    expected: 'a folder that no other run is using',
    received: `one that process ${holder.trim() || '(unknown)'} is using`,
    hint: 'Wait for that run, stop it, or use another folder',
  });
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

const usesName = process.platform === 'linux' || process.platform === 'android' || process.platform === 'win32';

async function lockName(directory: string): Promise<(() => Promise<void>) | undefined> {
  const { dev, ino } = await stat(directory, { bigint: true });
  // The path as well: a run may outlive its folder, and the inode is then given to another.
  const path = createHash('sha256')
    .update(await realpath(directory))
    .digest('hex')
    .slice(0, 16);
  const name = `${process.platform === 'win32' ? '\\\\.\\pipe\\' : '\0'}millrace-${dev}-${ino}-${path}`;
  const server = createServer((socket) => socket.destroy());
  const error = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    server.once('error', resolve).listen({ path: name, exclusive: true }, () => resolve(undefined));
  });
  if (error?.code === 'EADDRINUSE') return undefined;
  if (error) throw error;
  server.unref();
  return () => new Promise((resolve) => server.close(() => resolve()));
}

async function lockByFile(path: string): Promise<(() => Promise<void>) | undefined> {
  const exclusive = 0x20;
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NONBLOCK | exclusive;
  const file = await open(path, flags).catch((error) => {
    if (error.code === 'EAGAIN' || error.code === 'EWOULDBLOCK') return undefined;
    throw error;
  });
  return file && (() => file.close());
}

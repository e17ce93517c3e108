/**
 * Ends the process without a warning before or after the n-th thing that it asks of the file system, as `KILL_AT=n` and `KILL_WHEN=before` or `after` say; a
 * file that is written to gets only a part of it before. To be imported first: `NODE_OPTIONS=--import=...`. Time passes in leaps, so that all that is
 * done from time to time is done.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { isMainThread } from 'node:worker_threads';

const at = Number(process.env.KILL_AT);
const when = process.env.KILL_WHEN;
let calls = 0;
let now = 0;

function die(): never {
  process.kill(process.pid, 'SIGKILL');
  for (;;);
}

/** Counts a call, and ends the process at its turn. */
function counted<Args extends unknown[], Result>(
  call: (...args: Args) => Promise<Result>,
  partly?: (...args: Args) => Promise<unknown>,
): (...args: Args) => Promise<Result> {
  return async function (this: unknown, ...args: Args) {
    const isTurn = ++calls === at;
    if (isTurn && when === 'before') {
      await partly?.apply(this, args);
      die();
    }
    const result = await call.apply(this, args);
    if (isTurn) die();
    return result;
  };
}

if (isMainThread) {
  performance.now = () => {
    now += 1000;
    return now;
  };
  const promises = fs.promises as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
  for (const name of ['mkdir', 'rename', 'rm', 'writeFile']) promises[name] = counted(promises[name]!);
  const { open } = fs.promises;
  const probe = await open(new URL(import.meta.url).pathname, 'r');
  const handles = Object.getPrototypeOf(probe) as Record<string, (...args: unknown[]) => Promise<unknown>>;
  await probe.close();
  const append = handles.appendFile!;
  const part = function (this: unknown, data: unknown) {
    const bytes = Buffer.from(data as Uint8Array);
    return append.call(this, bytes.subarray(0, bytes.length >> 1));
  };
  handles.appendFile = counted(append, part);
  for (const name of ['write', 'truncate', 'sync', 'datasync']) handles[name] = counted(handles[name]!);
  syncBuiltinESMExports();
}

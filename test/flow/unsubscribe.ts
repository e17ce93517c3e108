/**
 * A process of its own, with a folder, the address of a server and the names of sources: subscribes to each 64 times, unsubscribes each
 * time at another point, and ends by itself. Prints what was still open a second later, and when it ended.
 */
import { readdirSync, readlinkSync } from 'node:fs';
import { tap } from 'rxjs';
import { createGate } from '../../src/operators.ts';
import { sources } from './manyBatches.ts';

const [folder = '', url = '', ...names] = process.argv.slice(2);
const points = 64;
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const soon = () => new Promise<void>((resolve) => setTimeout(resolve, 5));

/** Open files, sockets and the like of this process, those of its threads among them; only Linux tells. */
function openFiles(): number {
  return process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0;
}

/** What is open, for the message of a failure. */
function openPlaces(): string[] {
  return readdirSync('/proc/self/fd').map((file) => {
    try {
      return readlinkSync(`/proc/self/fd/${file}`);
    } catch {
      return 'closed meanwhile';
    }
  });
}

/** Even points are turns of the event loop after the subscription, odd ones record batches that have come. */
async function unsubscribeAt(name: string, point: number): Promise<void> {
  const gate = createGate({ ahead: 1 + (point % 4) });
  let batches = 0;
  let arrived: () => void = () => {};
  const enough = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const subscription = gate
    .open(sources[name]!({ folder, url }))
    .pipe(tap(() => ++batches === (point + 1) / 2 && arrived()))
    .subscribe();
  if (point % 2 === 1) await enough;
  else for (let i = 0; i < point / 2; i++) await turn();
  subscription.unsubscribe();
  if (gate.inFlight !== 0) throw new Error(`${gate.inFlight} batches in flight after point ${point}`);
}

/** The runtime opens a few files of its own when it likes; what is left open at each of many points soon exceeds them. */
const SLACK = 4;

let slowestMs = 0;
const left: { readonly name: string; readonly point: number; readonly open: readonly string[] }[] = [];
for (const name of names) {
  // What the first use of a thread leaves open for good is not counted.
  await unsubscribeAt(name, 3);
  await soon();
  for (let before = -1; before !== openFiles(); await soon()) before = openFiles();
  const before = openFiles();
  for (let point = 0; point < points; point++) {
    await unsubscribeAt(name, point);
    const began = performance.now();
    while (openFiles() > before + SLACK && performance.now() - began < 1000) await soon();
    slowestMs = Math.max(slowestMs, performance.now() - began);
    if (openFiles() > before + SLACK) left.push({ name, point, open: openPlaces() });
  }
}
const last = performance.now();
process.on('exit', () => {
  process.stdout.write(JSON.stringify({ left, slowestMs, endMs: performance.now() - last }));
});

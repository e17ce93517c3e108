import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { lastValueFrom, take, tap } from 'rxjs';
import { createGate } from '../../src/operators.ts';
import { numberOf } from '../faults/numberOf.ts';
import { temporaryFolder } from '../pipeline/run.ts';
import { type FileServer, startFileServer } from '../source/http/fileServer.ts';
import { bytesInUse } from './collectGarbage.ts';
import { type Places, putFiles, sources, threaded, writeFiles } from './manyBatches.ts';
import { watchTimer } from './watchTimer.ts';

const MB = 1e6;
const ahead = 4;

let server: FileServer;
test.before(async () => {
  server = await startFileServer();
});
test.after.always(() => server.close());

async function places(t: ExecutionContext): Promise<Places> {
  const folder = await temporaryFolder(t);
  await writeFiles(folder);
  await putFiles(folder, server);
  return { folder, url: server.url('/') };
}

/** Milliseconds that a source takes for one of its first record batches when nobody holds it back. */
async function msPerBatch(open: () => ReturnType<(typeof sources)[string]>): Promise<number> {
  let batches = 0;
  let first = 0;
  await lastValueFrom(
    createGate({ ahead })
      .open(open())
      .pipe(
        take(50),
        tap(() => {
          if (batches++ === 0) first = performance.now();
        }),
      ),
  );
  return (performance.now() - first) / batches;
}

for (const [name, make] of Object.entries(sources)) {
  test.serial(
    `${name}: a consumer that is 100 times slower holds the source back, in bounded memory, and starves no timer`,
    async (t) => {
      const here = await places(t);
      // On a machine with other work a source may seem slower than it is.
      const slowMs = Math.min(250, 100 * (await msPerBatch(() => make(here))));
      const batches = 16;
      const gate = createGate({ ahead });
      let pulled = 0;
      let consumed = 0;
      let mostAhead = 0;
      let mostInFlight = 0;
      const inUse: number[] = [];
      const source = make(here);
      const counted = {
        ...source,
        async *open(options: Parameters<typeof source.open>[0]) {
          for await (const batch of source.open(options)) {
            pulled++;
            yield batch;
          }
        },
      };
      const timer = watchTimer();
      const consume = async () => {
        await wait(slowMs);
        consumed++;
        if (consumed !== 4 && consumed !== batches) return;
        inUse.push(await bytesInUse());
        timer.excuse();
      };
      await lastValueFrom(
        gate.open(counted).pipe(
          tap(() => {
            mostInFlight = Math.max(mostInFlight, gate.inFlight);
            mostAhead = Math.max(mostAhead, pulled - consumed);
            gate.hold(consume());
          }),
          take(batches),
        ),
      );
      while (consumed < batches) await wait(slowMs);
      // The last garbage is collected in a turn of its own.
      while (inUse.length < 2) await wait(1);
      const lateMs = timer.end();
      const grown = (inUse[1]! - inUse[0]!) / MB;
      t.log(
        `a batch in ${slowMs.toFixed(1)} ms, ${mostInFlight} in flight, ${grown.toFixed(2)} MB more, timer late by ${lateMs.toFixed(1)} ms`,
      );
      t.true(mostInFlight >= 1 && mostInFlight <= ahead, `${mostInFlight} of ${ahead} in flight`);
      t.true(mostAhead <= ahead, `${mostAhead} of ${ahead} pulled and not consumed`);
      t.true(grown < 5, `${grown} MB`);
      t.true(lateMs < 100, `${lateMs} ms`);
      t.is(gate.inFlight, 0);
    },
  );
}

// Those that read in threads each in a process of its own, all others in one.
for (const names of [
  Object.keys(sources).filter((name) => !threaded.includes(name)),
  ...threaded.map((name) => [name]),
]) {
  const what = names.length > 1 ? `${names.length} sources` : names[0];
  test.serial(
    `${what}: unsubscribing at any of 64 points closes files and threads and lets the process end within a second`,
    async (t) => {
      const { folder, url } = await places(t);
      const script = fileURLToPath(new URL('./unsubscribe.ts', import.meta.url));
      const child = spawn(process.execPath, [script, folder, url, ...names], { stdio: ['ignore', 'pipe', 'pipe'] });
      const [stdout, stderr, code] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        new Promise((resolve) => child.on('close', resolve)),
      ]);
      t.is(code, 0, stderr);
      t.is(stderr, '');
      const { left, slowestMs, endMs } = JSON.parse(stdout);
      t.log(`closed after ${slowestMs.toFixed(0)} ms at most, ended after ${endMs.toFixed(0)} ms`);
      t.deepEqual(left, []);
      t.true(endMs < 1000, `${endMs} ms`);
    },
  );
}

/** `npx ava test/flow/backpressure.full.test.ts -- --points=64` leaves standard input after each of so many record batches. */
const points = numberOf('points', 0);
for (const batches of points ? Array.from({ length: points }, (_, i) => i) : [0, 1, 16]) {
  test.serial(
    `standard input: a slow reader of ${batches} record batches holds the writer back, and ends while the pipe stays open`,
    async (t) => {
      const script = fileURLToPath(new URL('./slowReader.ts', import.meta.url));
      const child = spawn(process.execPath, [script, `${batches}`]);
      const rows = `${Array.from({ length: 1000 }, (_, i) => `${i},word ${i % 7}`).join('\n')}\n`;
      let written = 0;
      const write = () => {
        while (child.stdin.writable) {
          written += rows.length;
          if (!child.stdin.write(rows)) return;
        }
      };
      // The reader goes away without having read all.
      child.stdin.on('error', () => {});
      child.stdin.on('drain', write);
      child.stdin.write('number,word\n');
      write();
      const [stdout, stderr, code] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        new Promise((resolve) => child.on('close', resolve)),
      ]);
      t.is(code, 0, stderr);
      const { mostInFlight, endMs } = JSON.parse(stdout);
      t.log(`${written} bytes written, ${mostInFlight} in flight, ended after ${endMs.toFixed(0)} ms`);
      t.true(mostInFlight >= Math.min(1, batches) && mostInFlight <= ahead, `${mostInFlight} of ${ahead} in flight`);
      t.true(written < MB, `${written} bytes`);
      t.true(endMs < 1000, `${endMs} ms`);
    },
  );
}

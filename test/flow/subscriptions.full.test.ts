import { tableFromArrays } from 'apache-arrow';
import test from 'ava';
import { lastValueFrom, take } from 'rxjs';
import { memory, type Source } from '../../src/index.ts';
import { createGate } from '../../src/operators.ts';
import { numberOf } from '../faults/numberOf.ts';
import { temporaryFolder } from '../pipeline/run.ts';
import { type FileServer, startFileServer } from '../source/http/fileServer.ts';
import { bytesInUse } from './collectGarbage.ts';
import { putFiles, sources, threaded, writeFiles } from './manyBatches.ts';

let server: FileServer;
test.before(async () => {
  server = await startFileServer();
});
test.after.always(() => server.close());

/** Megabytes in use after so many subscriptions to what `make` gives, each ended after one to three record batches, over those after a tenth as many. */
async function growth(make: () => Source, times: number): Promise<number> {
  const gate = createGate({ ahead: 4 });
  const subscribe = async (times: number) => {
    for (let i = 0; i < times; i++) await lastValueFrom(gate.open(make()).pipe(take(1 + (i % 3))));
  };
  const inUse = async () => {
    // The server is in this process, and remembers what it was asked for.
    server.asked.length = 0;
    return bytesInUse();
  };
  await subscribe(Math.ceil(times / 10));
  const before = await inUse();
  await subscribe(times);
  return ((await inUse()) - before) / 1e6;
}

test.serial('10,000 subscriptions leave no memory behind', async (t) => {
  const source = memory(tableFromArrays({ x: [1, 2, 3] }));
  const grown = await growth(() => source, 10_000);
  t.log(`${grown.toFixed(2)} MB more`);
  t.true(grown < 5, `${grown} MB`);
});

/** 10,000 of each source take two hours: `npm run test:streams`. */
const all = numberOf('subscriptions', 0);
for (const [name, make] of Object.entries(sources)) {
  // A thread takes a tenth of a second to start.
  const times = all || (threaded.includes(name) ? 10 : 60);
  test.serial(`${name}: ${times} subscriptions that are ended in their midst leave no memory behind`, async (t) => {
    t.timeout(3_600_000);
    const folder = await temporaryFolder(t);
    await writeFiles(folder);
    await putFiles(folder, server);
    const began = performance.now();
    const grown = await growth(() => make({ folder, url: server.url('/') }), times);
    t.log(`${grown.toFixed(2)} MB more, in ${((performance.now() - began) / 1000).toFixed(1)} s`);
    // What the first ones leave for good, as connections that are kept, weighs more among few.
    t.true(grown < (all ? 5 : 2), `${grown} MB`);
  });
}

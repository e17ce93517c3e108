/**
 * A process of its own that reads CSV from its standard input, which stays open: slowly, and no more record batches than it is told. Then it
 * ends by itself. Prints how far it was ahead at most, and when it ended.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { lastValueFrom, take, tap, timer } from 'rxjs';
import { csv } from '../../src/index.ts';
import { createGate } from '../../src/operators.ts';

const batches = Number(process.argv[2]);
const gate = createGate({ ahead: 4 });
let mostInFlight = 0;
const records$ = gate.open(csv('-', { batchRows: 10, inferRows: 10 })).pipe(
  tap(() => {
    mostInFlight = Math.max(mostInFlight, gate.inFlight);
    gate.hold(wait(20));
  }),
);
if (batches > 0) await lastValueFrom(records$.pipe(take(batches)));
else {
  // None at all: it is left while the first one is waited for.
  const subscription = records$.subscribe();
  await lastValueFrom(timer(0));
  subscription.unsubscribe();
}
const last = performance.now();
process.on('exit', () => process.stdout.write(JSON.stringify({ mostInFlight, endMs: performance.now() - last })));

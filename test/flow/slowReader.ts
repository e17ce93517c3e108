/**
 * A process of its own that reads CSV from its standard input, which stays open: slowly, and no more than a few record batches. Then it ends by
 * itself. Prints how far it was ahead at most, and when it ended.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { lastValueFrom, take, tap } from 'rxjs';
import { createGate, csv } from '../../src/index.ts';

const gate = createGate({ ahead: 4 });
let mostInFlight = 0;
await lastValueFrom(
  gate.open(csv('-', { batchRows: 10, inferRows: 10 })).pipe(
    tap(() => {
      mostInFlight = Math.max(mostInFlight, gate.inFlight);
      gate.hold(wait(20));
    }),
    take(16),
  ),
);
const last = performance.now();
process.on('exit', () => process.stdout.write(JSON.stringify({ mostInFlight, endMs: performance.now() - last })));

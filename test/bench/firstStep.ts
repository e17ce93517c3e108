/** `node test/bench/firstStep.ts ENGINE [MB]`: starts the flights, with a window of so many megabytes, and ends at the first step. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import flights from '../../pipelines/flights.ts';
import { type EngineName, type Sink, train } from '../../src/index.ts';

const [engine, megabytes] = process.argv.slice(2);
const directory = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
const end: Sink = {
  name: 'end',
  onError: 'stop',
  open: () => ({
    write(event) {
      if (event.kind !== 'step') return;
      rmSync(directory, { recursive: true });
      process.exit(0);
    },
    close() {},
  }),
};
const shuffle = megabytes === undefined ? flights.shuffle : { memoryMB: Number(megabytes) };
await train({ ...flights, shuffle, sinks: [end] }, { directory, engine: engine as EngineName });

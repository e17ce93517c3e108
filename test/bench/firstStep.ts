/**
 * `node test/bench/firstStep.ts ENGINE [MB [ROWS]]`: starts the flights, with a window of so many megabytes, fitted on so many rows, and ends
 * at the first step.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import flights from '../../pipelines/flights.ts';
import { type EngineName, type Sink, train } from '../../src/index.ts';

const [engine, megabytes, fitRows] = process.argv.slice(2);
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
const fit = fitRows === undefined ? flights.fit : { rows: Number(fitRows) };
await train({ ...flights, shuffle, fit, sinks: [end] }, { directory, engine: engine as EngineName });

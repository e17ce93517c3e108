/**
 * `node test/bench/firstStep.ts ENGINE [MB [ROWS]]`: starts the flights, with a window of so many megabytes, fitted on so many rows, and ends
 * at the first step.
 *
 * With MILLRACE_RUN, a folder, it goes on with the run that is there; where there is none it makes one first, and ends with a checkpoint
 * after MILLRACE_STEPS steps.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import flights from '../../pipelines/flights.ts';
import { checkpoint, type EngineName, type Sink, train } from '../../src/index.ts';

const [engine, megabytes, fitRows] = process.argv.slice(2);
const { MILLRACE_RUN: run, MILLRACE_STEPS: steps = '1' } = process.env;
const directory = run ?? mkdtempSync(join(tmpdir(), 'millrace-bench-'));
const resume = run !== undefined && existsSync(run);
const isFirst = run !== undefined && !resume;
const end: Sink = {
  name: 'end',
  onError: 'stop',
  open: () => ({
    write(event) {
      if (event.kind !== 'step' || (isFirst && event.step <= Number(steps))) return;
      if (run === undefined) rmSync(directory, { recursive: true });
      process.exit(0);
    },
    close() {},
  }),
};
const shuffle = megabytes === undefined ? flights.shuffle : { memoryMB: Number(megabytes) };
const fit = fitRows === undefined ? flights.fit : { rows: Number(fitRows) };
// The next step comes when the checkpoint is durable.
const sinks = isFirst ? [checkpoint({ everySteps: Number(steps) }), end] : [end];
await train({ ...flights, shuffle, fit, sinks }, { directory, resume, engine: engine as EngineName });

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  adam,
  checkpoint,
  definePipeline,
  dense,
  meanSquaredError,
  memory,
  numeric,
  regression,
  relu,
  type Sink,
  train,
} from '../../src/index.ts';
import { type Section, shown } from './report.ts';
import { spreadOf } from './turns.ts';

const COLUMNS = 64;
const WIDTH = 968;
const ROWS = 320;

const names = Array.from({ length: COLUMNS }, (_, i) => `x${i}`);
const rows = Array.from({ length: ROWS }, (_, row) =>
  Object.fromEntries([...names, 'y'].map((name, i) => [name, Math.sin(row * 31 + i)])),
);

/** How long one checkpoint takes of a run with Adam and a million parameters, three million numbers in all. */
export async function savingSection(checkpoints: number): Promise<Section> {
  const stopped: number[] = [];
  const computed: number[] = [];
  const parameters = (COLUMNS + 1) * WIDTH + (WIDTH + 1) * WIDTH + WIDTH + 1;
  const directory = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
  const pipeline = definePipeline({
    name: 'saving',
    source: memory(rows),
    features: Object.fromEntries(names.map((name) => [name, numeric()])),
    target: regression('y'),
    split: { validation: 0 },
    batch: 32,
    network: [dense(WIDTH), relu(), dense(WIDTH), relu(), dense(1)],
    loss: meanSquaredError(),
    optimizer: adam(),
    epochs: Math.ceil((5 * checkpoints * 32) / ROWS),
    sinks: [timed(checkpoint({ everySteps: 5, keep: 2 }), stopped, computed)],
    seed: 7,
  });
  try {
    await train(pipeline, { directory });
  } finally {
    rmSync(directory, { recursive: true });
  }
  const line = (name: string, times: readonly number[]) => [name, shown(spreadOf(times))];
  return {
    title: `A checkpoint of ${parameters.toLocaleString('en-US')} parameters and Adam's moments`,
    notes: [`${stopped.length} checkpoints of a run on rows in memory, one every five steps.`],
    head: ['of the training thread', 'milliseconds'],
    rows: [line('stopped, until the file is durable', stopped), line('its processor time meanwhile', computed)],
    data: { parameters, stopped, computed },
  };
}

function timed(sink: Sink, stopped: number[], computed: number[]): Sink {
  return {
    ...sink,
    async open(run) {
      const opened = await sink.open(run);
      return {
        ...opened,
        async write(event) {
          const began = performance.now();
          const used = process.threadCpuUsage();
          const written = opened.write(event);
          if (written === undefined) return;
          await written;
          stopped.push(performance.now() - began);
          const { user, system } = process.threadCpuUsage(used);
          computed.push((user + system) / 1000);
        },
      };
    },
  };
}

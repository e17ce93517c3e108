import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { train } from '../../src/index.ts';
import { temporaryFolder } from '../pipeline/run.ts';
import { type FileServer, startFileServer } from '../source/http/fileServer.ts';
import {
  cutWindows,
  epochsOf,
  others,
  type Places,
  pipelineOf,
  type ResumeCase,
  rowCount,
  sources,
  stalling,
  windows,
  writeData,
} from './cases.ts';
import { follow } from './follow.ts';
import type { Restored, RestoreRequest } from './restoring.ts';

/** `npx ava test/resume/matrix.full.test.ts -- --all` resumes at all of the first 64 steps; `--match 'csv,*'` does a part of it. */
const all = process.argv.includes('--all');

const folder = mkdtempSync(join(tmpdir(), 'millrace-matrix-'));
let server: FileServer;
let data: Places;
test.before(async () => {
  server = await startFileServer();
  data = { folder, url: server.url('/') };
  await writeData(folder, server);
});
test.after.always(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

/** A process for the runs of a source to go on in: another one than that in which they began. */
const restoring = new Map<string, ChildProcess>();
test.after.always(() => {
  for (const child of restoring.values()) child.disconnect();
});

async function restore(request: RestoreRequest): Promise<Restored> {
  const { source } = request.cell;
  const child = restoring.get(source) ?? fork(fileURLToPath(new URL('restoring.ts', import.meta.url)));
  restoring.set(source, child);
  child.send(request);
  const [answer] = await once(child, 'message');
  return answer;
}

/** No batch crosses the end of a window. */
const stepsPerEpoch = ({ source, shuffle, batch }: ResumeCase) => {
  const ofEnd = source === stalling ? cutWindows : { shuffled: windows, inOrder: [rowCount] };
  return (shuffle ? ofEnd.shuffled : ofEnd.inOrder).reduce((sum, rows) => sum + Math.ceil(rows / batch), 0);
};

const isSlow = ({ source, shuffle, batch }: Omit<ResumeCase, 'ahead'>) => source === stalling && !shuffle && batch > 1;

/** The steps after which a run is resumed: at the ends of epochs, beside them, between them. */
function stepsOf(cell: ResumeCase): number[] {
  const perEpoch = stepsPerEpoch(cell);
  const last = perEpoch * epochsOf(cell.source);
  // Rows that wait for their mini-batch do so for five seconds.
  if (isSlow(cell)) return [Math.ceil(0.6 * perEpoch)];
  // Where windows are cut, each place is another one.
  if (all || cell.source === stalling) return Array.from({ length: Math.min(64, last) }, (_, i) => i + 1);
  // The two depths of reading ahead share the work: these start threads each time, or are read as others are.
  if (cell.source === 'parquet' || cell.source === 'sql' || Object.hasOwn(others, cell.source))
    return cell.ahead === 1 ? [Math.round(2.4 * perEpoch)] : [2 * perEpoch + 1, last];
  return cell.ahead === 1
    ? [perEpoch, Math.round(2.4 * perEpoch), last - 1]
    : [Math.ceil(0.6 * perEpoch), 2 * perEpoch + 1, last];
}

/** @returns how often it was resumed */
async function resumesExactly(t: ExecutionContext, cell: ResumeCase): Promise<number> {
  const folders = new Map<number, string>();
  for (const step of stepsOf(cell)) folders.set(step, await temporaryFolder(t));
  const whole = follow((step) => folders.get(step));
  const pipeline = pipelineOf(cell, data);
  const sinks = [...pipeline.sinks, whole.sink];
  const { steps, parametersSha256, rows } = await train(
    { ...pipeline, sinks },
    { directory: await temporaryFolder(t) },
  );

  const perEpoch = stepsPerEpoch(cell);
  const epochs = epochsOf(cell.source);
  t.is(steps, perEpoch * epochs);
  const numbers = Array.from({ length: rowCount }, (_, i) => i).join();
  for (let epoch = 0; epoch < epochs; epoch++) {
    const seen = whole.targets.slice(epoch * perEpoch, (epoch + 1) * perEpoch).flat();
    const scale = cell.source.startsWith('parquet') ? 1 : 8;
    const sorted = seen.map((target) => target * scale).sort((a, b) => a - b);
    t.is(sorted.join(), numbers, `epoch ${epoch} has each row once`);
  }

  for (const [step, directory] of folders) {
    const rest = await restore({ cell, data, directory });
    const expected = {
      targets: whole.targets.slice(step),
      losses: whole.losses.slice(step),
      parametersSha256,
      rows,
    };
    t.deepEqual<Restored, Restored>(rest, expected, `${JSON.stringify(cell)}, resumed at step ${step}`);
  }
  return folders.size;
}

let resumed = 0;
for (const source of [stalling, ...Object.keys({ ...sources, ...others })]) {
  for (const shuffle of [true, false]) {
    for (const batch of all || source === stalling || Object.hasOwn(sources, source) ? [1, 7, 64] : [7]) {
      const aheads = isSlow({ source, shuffle, batch }) ? [4] : [1, 4];
      test.serial(
        `${source}, ${shuffle ? 'shuffled' : 'in order'}, batches of ${batch}: a run that goes on in another process goes on with the next row to the same bits`,
        async (t) => {
          t.timeout(all ? 3_600_000 : 60_000);
          for (const ahead of aheads) resumed += await resumesExactly(t, { source, shuffle, ahead, batch });
          t.log(`resumed ${resumed} times so far`);
        },
      );
    }
  }
}

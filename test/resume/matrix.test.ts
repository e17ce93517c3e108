import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { train } from '../../src/index.ts';
import { millrace, summaryOf, temporaryFolder } from '../pipeline/run.ts';
import { epochs, pipelineOf, type ResumeCase, rowCount, sources, windows, writeData } from './cases.ts';
import { follow } from './follow.ts';

/** `npx ava test/resume/matrix.test.ts -- --all` resumes at all of the first 64 steps, each in a new process: hours. */
const all = process.argv.includes('--all');

const folder = mkdtempSync(join(tmpdir(), 'millrace-matrix-'));
test.before(() => writeData(folder));
test.after.always(() => rm(folder, { recursive: true, force: true }));

/** No batch crosses the end of a window. */
const stepsPerEpoch = ({ shuffle, batch }: ResumeCase) =>
  (shuffle ? windows : [rowCount]).reduce((sum, rows) => sum + Math.ceil(rows / batch), 0);

/** The steps after which a run is resumed: at the ends of epochs, beside them, between them. */
function stepsOf(cell: ResumeCase): number[] {
  const perEpoch = stepsPerEpoch(cell);
  const last = perEpoch * epochs;
  if (all) return Array.from({ length: Math.min(64, last) }, (_, i) => i + 1);
  // The two depths of reading ahead share the work; these start threads each time.
  if (cell.source === 'parquet' || cell.source === 'sql')
    return cell.ahead === 1 ? [Math.round(2.4 * perEpoch)] : [2 * perEpoch + 1, last];
  return cell.ahead === 1
    ? [perEpoch, Math.round(2.4 * perEpoch), last - 1]
    : [Math.ceil(0.6 * perEpoch), 2 * perEpoch + 1, last];
}

async function resumesExactly(t: ExecutionContext, cell: ResumeCase): Promise<void> {
  const steps = stepsOf(cell);
  const folders = new Map<number, string>();
  for (const step of steps) folders.set(step, await temporaryFolder(t));
  const whole = follow((step) => folders.get(step));
  const summary = await train(withSink(cell, whole.sink), { directory: await temporaryFolder(t) });

  const perEpoch = stepsPerEpoch(cell);
  t.is(summary.steps, perEpoch * epochs);
  const targets = Array.from({ length: rowCount }, (_, i) => i).join();
  for (let epoch = 0; epoch < epochs; epoch++) {
    const seen = whole.targets.slice(epoch * perEpoch, (epoch + 1) * perEpoch).flat();
    const scale = cell.source === 'parquet' ? 1 : 8;
    t.is(
      seen
        .map((target) => target * scale)
        .sort((a, b) => a - b)
        .join(),
      targets,
      `epoch ${epoch} has each row once`,
    );
  }

  for (const [step, directory] of folders) {
    const where = `${JSON.stringify(cell)}, resumed at step ${step}`;
    if (all) {
      const env = { MATRIX_CELL: JSON.stringify(cell), MATRIX_FOLDER: folder };
      const ended = await millrace(['train', 'test/resume/cell.ts', '--resume', '--out', directory, '--json'], { env });
      const { parametersSha256, loss, rows } = summaryOf(ended);
      t.deepEqual({ parametersSha256, loss, rows }, pick(summary), where);
      continue;
    }
    const rest = follow();
    const resumed = await train(withSink(cell, rest.sink), { directory, resume: true });
    t.deepEqual(rest.targets, whole.targets.slice(step), `${where}: rows`);
    t.deepEqual(rest.losses, whole.losses.slice(step), `${where}: losses`);
    t.deepEqual(pick(resumed), pick(summary), where);
  }
}

const pick = <T extends { parametersSha256: string; loss: number | null; rows: number }>(summary: T) => {
  const { parametersSha256, loss, rows } = summary;
  return { parametersSha256, loss, rows };
};

function withSink(cell: ResumeCase, sink: ReturnType<typeof follow>['sink']) {
  const pipeline = pipelineOf(cell, folder);
  return { ...pipeline, sinks: [...pipeline.sinks, sink] };
}

for (const source of Object.keys(sources)) {
  for (const shuffle of [true, false]) {
    for (const batch of [1, 7, 64]) {
      test.serial(
        `${source}, ${shuffle ? 'shuffled' : 'in order'}, batches of ${batch}: a resumed run goes on with the next row to the same bits`,
        async (t) => {
          t.timeout(all ? 3_600_000 : 60_000);
          for (const ahead of [1, 4]) await resumesExactly(t, { source, shuffle, ahead, batch });
        },
      );
    }
  }
}

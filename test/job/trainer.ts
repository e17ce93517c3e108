import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { latestCheckpoint } from '../../src/checkpoint/latestCheckpoint.ts';
import { loadCheckpoint } from '../../src/checkpoint/loadCheckpoint.ts';
import { saveCheckpoint } from '../../src/checkpoint/saveCheckpoint.ts';
import type { ProcessRequest, SlicedScores, TrainingMessage } from '../../src/job/types.ts';

/** What the trainer of a test shall do; in the environment, as JSON. */
export interface Conduct {
  /** Steps of a run. @default 3 */
  readonly steps?: number;
  /** @default 0 */
  readonly stepMs?: number;
  /** A step computes for so long. @default 0 */
  readonly burnMs?: number;
  /** Leases of a run, from the first on, that end otherwise. @default 0 */
  readonly badLeases?: number;
  /** How those end; `late` saves and then hangs. @default 'error' */
  readonly how?: 'error' | 'final' | 'die' | 'late' | 'damaged';
  /** New rows that it finds; under 10 is too few. @default 100 */
  readonly newRows?: number;
  /** What candidates score, instead of a number that depends on their due time. */
  readonly score?: number;
}

/** A process that speaks the protocol of training without a network: its steps are counted, and each is saved. */
const conduct: Conduct = JSON.parse(process.env.MILLRACE_TEST_CONDUCT ?? '{}');
const { steps = 3, stepMs = 0, burnMs = 0, badLeases = 0, how = 'error', newRows = 100 } = conduct;
let isStopped = false;
process.on('SIGTERM', () => {
  isStopped = true;
});
process.on('disconnect', () => process.exit(1));

function say(message: TrainingMessage): Promise<void> {
  return new Promise((resolve) => process.send!(message, () => resolve()));
}

async function end(message: TrainingMessage, code: number): Promise<never> {
  await say(message);
  process.exit(code);
}

function scoreOf(dueAt: number): number {
  return conduct.score ?? createHash('sha256').update(`${dueAt}`).digest().readUInt32LE() / 2 ** 32;
}

function scores(auc: number): SlicedScores {
  return { rows: 50, metrics: { auc }, slices: {} };
}

process.on('message', async (request: ProcessRequest) => {
  if (request.kind === 'count') return end({ kind: 'count', newRows }, 0);
  if (request.kind === 'drift') {
    const reasons = newRows > 1000 ? ['psi of x is 0.5, at least 0.2'] : [];
    return end({ kind: 'drift', report: { newRows, version: null, features: {}, metric: null, reasons } }, 0);
  }
  const { directory, dueAt, runId, champions, watermark } = request;
  console.log(`run ${runId} is trained`);
  if (newRows < 10) return end({ kind: 'result', result: { kind: 'tooFewRows', newRows, minRows: 10 } }, 0);
  const checkpoints = join(directory, 'checkpoints');
  const found = await latestCheckpoint(checkpoints);
  const begun = (found?.snapshot.state.step as number | undefined) ?? 0;
  const leases = [...((found?.snapshot.state.leases as number[] | undefined) ?? []), begun];
  const isBad = Number(directory.split('/').at(-1)) <= badLeases;
  let path = found?.path;
  for (let step = begun + 1; step <= steps; step++) {
    await setTimeout(stepMs);
    for (const end = performance.now() + burnMs; performance.now() < end; );
    const state = { step, leases, runId, dueAt, watermark, score: scoreOf(dueAt) };
    path = await saveCheckpoint(checkpoints, { tensors: {}, state }, { step, keep: 2 });
    await say({ kind: 'progress', step, rows: 10 * step, totalRows: 10 * steps });
    if (isBad && how !== 'damaged' && step === begun + 1) {
      if (how === 'die') process.exit(7);
      if (how === 'late') await setTimeout(1e6);
      return end({ kind: 'error', message: 'the rows are bad', isFinal: how === 'final' }, 1);
    }
    if (isStopped) return end({ kind: 'stopped', step }, 130);
  }
  const bytes = await readFile(path!);
  let known: { version: number; auc: number } | undefined;
  for (const { version, path } of champions) {
    const champion = await loadCheckpoint(path).catch(() => undefined);
    if (!champion) await say({ kind: 'alert', text: `version ${version} does not load` });
    known ??= champion && { version, auc: champion.state.score as number };
  }
  const auc = scoreOf(dueAt);
  const passed = !known || auc > known.auc;
  const check = { name: 'improves auc', passed, reason: `auc ${auc} against ${known?.auc}`, numbers: { auc } };
  return end(
    {
      kind: 'result',
      result: {
        kind: 'trained',
        newRows,
        trainedRows: newRows,
        dataFrom: watermark,
        dataTo: dueAt,
        start: known ? { kind: 'warm', version: known.version } : { kind: 'scratch' },
        checkpoint: relative(directory, path!),
        sha256: isBad && how === 'damaged' ? 'another' : createHash('sha256').update(bytes).digest('hex'),
        pipelineHash: 'pipeline',
        fingerprint: { bytes: (await stat(path!)).size },
        candidate: scores(auc),
        champion: known ? { version: known.version, scores: scores(known.auc) } : null,
        verdict: { passed, checks: [check] },
      },
    },
    0,
  );
});
await say({ kind: 'ready' });

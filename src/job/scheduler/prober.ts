import type { ChildProcess } from 'node:child_process';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Run } from '../../sink/types.ts';
import type { DeclaredJob } from '../declare/declaration.ts';
import type { Ledger } from '../store/database.ts';
import type { Found } from '../store/probeTable.ts';
import { type TrainingProcess, trainingProcess } from '../training/trainingProcess.ts';
import type { ProcessRequest } from '../types.ts';
import { claimProbe, type Probe, type ProbeClaim, probesOf } from './claimProbe.ts';
import { endProbe } from './endProbe.ts';

export interface ProberOptions {
  readonly ledger: Ledger;
  readonly home: string;
  readonly jobs: readonly DeclaredJob[];
  readonly fork: () => ChildProcess;
  readonly log: Run['log'];
  /** Called when it has finished with what it was busy with. */
  idle(): void;
}

/** Looks at the rows of jobs between their ticks, one job at a time, each in a process of its own; asks for a run where there is reason to. */
export interface Prober {
  /** Begins with what is due. */
  poll(): Promise<void>;
  /** By the clock: when there is something to look at again; Infinity for never. */
  nextAt(): number;
  isBusy(): boolean;
  stop(): Promise<void>;
}

export function createProber({ ledger, home, jobs, fork, log, idle }: ProberOptions): Prober {
  const due = jobs.flatMap((each) => probesOf(each.job).map((probe) => ({ each, probe, nextAt: -Infinity })));
  let probing: Promise<void> | undefined;
  let process: TrainingProcess | undefined;
  let isStopped = false;

  async function poll(): Promise<void> {
    for (const entry of due) {
      if (probing || isStopped) return;
      if (entry.nextAt > ledger.clock.now()) continue;
      const { nextAt, claim } = await claimProbe(ledger, entry.each.job.name, entry.probe);
      entry.nextAt = nextAt;
      if (claim) begin(entry.each, entry.probe, claim);
    }
  }

  function begin(each: DeclaredJob, probe: Probe, claim: ProbeClaim): void {
    probing = run(each, probe, claim)
      .catch((error) => log('warn', `${each.job.name}: what was found cannot be noted: ${error.message}`))
      .finally(() => {
        probing = undefined;
        idle();
      });
  }

  async function run(each: DeclaredJob, probe: Probe, claim: ProbeClaim): Promise<void> {
    const found = await find(each, probe, claim);
    if (isStopped) return;
    const { name } = each.job;
    if (found.kind === 'error') log('error', `${name}: ${found.message}`);
    const cause = await endProbe(ledger, each.job, probe, found);
    if (cause !== undefined) log('info', `${name}: a run is asked for: ${cause}`);
  }

  async function find({ job, file }: DeclaredJob, { kind }: Probe, claim: ProbeClaim): Promise<Found> {
    const common = { jobFile: resolve(file), job: job.name, dueAt: ledger.clock.now(), watermark: claim.watermark };
    const champions = claim.champions.map(({ version, checkpoint }) => ({ version, path: join(home, checkpoint) }));
    const request: ProcessRequest =
      kind === 'newData'
        ? { kind: 'count', ...common }
        : { kind: 'drift', ...common, champions, promoted: claim.promoted };
    process = trainingProcess({
      child: fork(),
      request,
      onMessage: (message) => {
        if (message.kind === 'alert') log('warn', `${job.name}: ${message.text}`);
        else if (message.kind === 'note') log('info', `${job.name}: ${message.text}`);
      },
    });
    const late = new AbortController();
    setTimeout(Math.min(job.timeoutMs, 2 ** 31 - 1), undefined, { signal: late.signal }).then(process.kill, () => {});
    const end = await process.ended;
    late.abort();
    process = undefined;
    if (end.kind === 'count' || end.kind === 'drift') return end;
    const how = end.kind === 'error' ? end.message : end.kind === 'died' ? end.how : 'the process stopped by itself';
    return { kind: 'error', message: `the rows cannot be looked at (${kind}): ${how}` };
  }

  return {
    poll,
    nextAt: () => Math.min(...due.map(({ nextAt }) => nextAt)),
    isBusy: () => probing !== undefined,
    async stop() {
      isStopped = true;
      process?.kill();
      await probing;
    },
  };
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineName } from '../../src/index.ts';
import { openEngine } from '../../src/operators.ts';
import { millraceStep } from './millraceStep.ts';
import type { Peer } from './peer.ts';
import { plainStep } from './plainStep.ts';
import { digits, type Section, shown } from './report.ts';
import { outputsOf, type StepData, type StepWork, stepData } from './stepWork.ts';
import { type Contestant, ratioOf, stepper, type Times, takeTurns } from './turns.ts';

/** The engines that compete. */
const engines: readonly { readonly name: string; readonly engine: EngineName; readonly threads: number }[] = [
  { name: 'wasm', engine: 'wasm', threads: 1 },
  { name: 'wasm, 2 threads', engine: 'wasm', threads: 2 },
  { name: 'wasm-strict', engine: 'wasm-strict', threads: 1 },
  { name: 'blas', engine: 'blas', threads: 1 },
  { name: 'blas, 2 threads', engine: 'blas', threads: 2 },
];

/** Losses after the same number of steps from the same parameters differ by no more than this share. */
const TOLERANCE = 5e-3;

export interface StepOptions {
  readonly rounds: number;
  /** Milliseconds of a turn. */
  readonly ms: number;
  readonly peers: readonly Peer[];
}

/** Times of all contestants on one work. */
export interface StepTimes {
  readonly work: StepWork;
  readonly millrace: readonly Times[];
  /** Plain loops and the peers, each with its numbers of threads. */
  readonly others: readonly (readonly Times[])[];
  /** Who could not do it. */
  readonly notes: readonly string[];
}

/** Plain loops are left out where a step of theirs would be longer than a turn. */
function plain(work: StepWork, data: StepData): (() => number) | undefined {
  if (outputsOf(work) !== 1 || work.dropout !== undefined) return undefined;
  const step = plainStep(work.widths, work.rows, data.parameters.slice());
  return () => step(data.x, data.y);
}

/** The loss before step `checkSteps`, as every contestant is asked for it. */
function lossAfter(step: () => number, { checkSteps }: StepWork): number {
  for (let i = 1; i < checkSteps; i++) step();
  return step();
}

/**
 * Lets all contestants make the steps of one work in turns.
 *
 * @throws Error where two of them do not compute the same thing; with dropout they never do, and are not compared
 */
export async function stepTimes(work: StepWork, { rounds, ms, peers }: StepOptions): Promise<StepTimes> {
  const data = stepData(work);
  const ours = engines.flatMap(({ name, engine, threads }) => {
    const opened = openEngine(engine, { threads });
    // Where no BLAS works, the wasm engine would compete with itself.
    return opened.name === engine ? [{ name, step: millraceStep(opened, work, data) }] : [];
  });
  const loops = plain(work, data);
  const here = loops ? [...ours, { name: 'plain TypeScript', step: loops }] : ours;
  const losses: (readonly [string, number])[] = here.map(({ name, step }) => [name, lossAfter(step, work)]);
  // Threads start, and find out whether they pay, before anything is timed.
  await takeTurns(
    ours.map(({ name, step }) => stepper(name, step)),
    { rounds: 2, ms: 2 * ms },
  );

  const present: Peer[] = [];
  const notes: string[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
  try {
    const file = join(folder, work.name);
    writeFileSync(file, Buffer.concat([data.x, data.y, data.parameters].map(({ buffer }) => Buffer.from(buffer))));
    for (const peer of peers) {
      const reason = peer.leavesOut?.[work.name];
      if (reason !== undefined) {
        notes.push(`left out: ${peer.name} (${reason})`);
        continue;
      }
      try {
        const loss = await peer.open(work, file);
        if (loss !== null) losses.push([peer.name, loss]);
        present.push(peer);
      } catch (error) {
        notes.push(`left out: ${(error as Error).message}`);
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  const [, expected] = losses[0];
  for (const [name, loss] of work.dropout === undefined ? losses : []) {
    if (!(Math.abs(loss - expected) <= TOLERANCE * Math.max(1, Math.abs(expected)))) {
      throw new Error(`${work.name}: ${name} does other work: ${losses.map((pair) => pair.join(' ')).join(', ')}`);
    }
  }

  const groups: readonly (readonly Contestant[])[] = [
    ours.map(({ name, step }) => stepper(name, step)),
    ...(loops ? [[stepper('plain TypeScript', loops)]] : []),
    ...present.map((peer) => peer.threads.map((threads) => peer.contestant(work, threads))),
  ];
  const times = await takeTurns(groups.flat(), { rounds, ms });
  let next = 0;
  const [millrace, ...others] = groups.map(({ length }) => {
    next += length;
    return times.slice(next - length, next);
  });
  return { work, millrace, others, notes };
}

/** Steps a second, and how many times as many as each of the others; the better of its thread counts. */
export function stepSection({ work, millrace, others, notes }: StepTimes): Section {
  const best = others.map((group) => group.toSorted((a, b) => a.median - b.median)[0]);
  const all = [...millrace, ...others.flat()];
  return {
    title: `Step ${work.name}: ${work.widths.join('-')}${work.dropout === undefined ? '' : ', batch normalization, dropout'}, ${work.rows} rows, Adam`,
    notes,
    head: ['', 'microseconds', 'steps/s', ...millrace.map(({ name }) => `${name} is x times as fast`)],
    rows: all.map((times) => [
      best.includes(times) && others.some((group) => group.length > 1 && group.includes(times))
        ? `${times.name} (its better)`
        : times.name,
      shown(times, 1e-6),
      digits(1 / times.median),
      ...millrace.map((own) => (own === times ? '' : shown(ratioOf(own, times)))),
    ]),
    data: {
      work: work.name,
      seconds: Object.fromEntries(all.map(({ name, rounds }) => [name, rounds])),
      ratios: Object.fromEntries(
        millrace.map((own) => [
          own.name,
          Object.fromEntries(best.map((other) => [other.name, { ...ratioOf(own, other) }])),
        ]),
      ),
    },
  };
}

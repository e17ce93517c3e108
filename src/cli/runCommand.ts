import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { count } from '../format/figures.ts';
import { table } from '../format/table.ts';
import { shownSpan, shownTime } from '../format/times.ts';
import type { RunView } from '../job/operations/operations.ts';
import type { Verdict } from '../job/types.ts';
import type { Command } from './command.ts';
import { UsageError } from './command.ts';
import { homeOf, homeOptions } from './homeOf.ts';
import { integerOf } from './integerOf.ts';
import { parse } from './parse.ts';
import { withOperations } from './withOperations.ts';

/** `millrace run show`: everything that the ledger knows of one run. */
export const runShow: Command = {
  usage: 'run show ID [--home DIR] [--json]',
  summary: 'shows one run: its tick, its rows, the verdict on its model with every number, and the path of its log',
  async run(args) {
    const { values, positionals } = parse(args, homeOptions, { least: 2, most: 2, names: 'show ID' });
    const [verb, text] = positionals;
    if (verb !== 'show') throw new UsageError(`expected show ID, got ${verb}`);
    const id = integerOf('ID', text, 1);
    const run = await withOperations(values, (operations) => operations.run({ id }));
    console.log(values.json ? JSON.stringify(run) : render(run, homeOf(values)));
    return 0;
  },
};

function render(run: RunView, home: string): string {
  const { state, tick, startedAt, finishedAt, verdict } = run;
  const time = (at: number | null) => (at === null ? null : shownTime(at));
  const isOver = finishedAt !== null;
  const tookMs = isOver && startedAt !== null ? finishedAt - startedAt : 0;
  const why = tick.reason === null ? '' : beside(verdict, tick.reason);
  const facts: readonly (readonly [string, string | null])[] = [
    ['state', why ? `${state}: ${why}` : state],
    ['due', `${shownTime(run.dueAt)} (${tick.origin}${tick.cause === null ? '' : ` ${tick.cause}`})`],
    ['started', time(startedAt)],
    // A clock that stands still does not tell.
    ['finished', isOver ? `${shownTime(finishedAt)}${tookMs > 0 ? `, after ${shownSpan(tookMs)}` : ''}` : null],
    ['new rows', run.newRows === null ? null : count(run.newRows)],
    ['rows from', run.dataFrom === null ? null : `${time(run.dataFrom)} to ${time(run.dataTo)}`],
    ['version', run.version === null ? null : `${run.version}`],
    ['leases', `${run.fence}, ${run.attempt} failure${run.attempt === 1 ? '' : 's'}`],
    ['worker', run.worker],
    ['last heard of', isOver ? null : time(run.heartbeatAt)],
    ['progress', isOver ? null : progressOf(run)],
    ['to be stopped', isOver ? null : run.cancelReason],
    ['last error', state === 'failed' ? null : run.error],
    ['log', logOf(run, home)],
  ];
  const parts = [
    `run ${run.id} of ${run.job}`,
    table(facts.flatMap(([name, value]) => (value === null ? [] : [[name, value]]))),
    ...(verdict ? [renderVerdict(verdict)] : []),
  ];
  return parts.join('\n\n');
}

/** Where the log lies, as far as this machine can tell. */
function logOf({ log }: RunView, home: string): string | null {
  if (log === null) return null;
  const path = join(home, log);
  return existsSync(path) ? path : `${path}, which is not there (any more)`;
}

function renderVerdict({ checks }: Verdict): string {
  if (checks.length === 0) return 'there are no checks';
  return table(checks.map(({ name, passed, reason }) => [passed ? 'passed' : 'failed', name, reason]));
}

/** What a reason says beside the reasons of the checks, which stand below. */
function beside(verdict: Verdict | null, reason: string): string {
  const told = (part: string) => verdict?.checks.some((check) => check.reason.includes(part));
  return reason
    .split('; ')
    .filter((part) => !told(part))
    .join('; ');
}

function progressOf({ progress }: RunView): string | null {
  if (progress === null) return null;
  const { step, rows, totalRows } = progress as { step: number; rows: number; totalRows: number };
  return `step ${count(step)}, ${count(rows)} of ${count(totalRows)} rows`;
}

import { join } from 'node:path';
import { shownTime } from '../job/ledger/shownTime.ts';
import type { RunView } from '../job/operations/operations.ts';
import type { Command } from './command.ts';
import { UsageError } from './command.ts';
import { count, table } from './format.ts';
import { homeOf, homeOptions } from './homeOf.ts';
import { integerOf } from './integerOf.ts';
import { parse } from './parse.ts';
import { withOperations } from './withOperations.ts';

/** `millrace run show`: everything that the ledger knows of one run. */
export const runShow: Command = {
  usage: 'run show ID [--home DIR] [--json]',
  summary: 'shows one run: its tick, its rows, the verdict on its model with every number, and where its log lies',
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
  const time = (value: number | null) => (value === null ? '-' : shownTime(value));
  const { verdict } = run;
  const facts = table([
    ['state', run.tick.reason === null ? run.state : `${run.state}: ${run.tick.reason}`],
    ['due', `${time(run.dueAt)} (${run.tick.origin}${run.tick.cause === null ? '' : ` ${run.tick.cause}`})`],
    ['started', time(run.startedAt)],
    ['finished', time(run.finishedAt)],
    ['new rows', run.newRows === null ? '-' : count(run.newRows)],
    ['rows from', `${time(run.dataFrom)} to ${time(run.dataTo)}`],
    ['version', run.version === null ? '-' : `${run.version}`],
    ['leases', `${run.fence}, ${run.attempt} failures`],
    ['worker', run.worker ?? '-'],
    ['last heard of', time(run.heartbeatAt)],
    ['last error', run.error ?? '-'],
    ['progress', run.progress === null ? '-' : JSON.stringify(run.progress)],
    ['folder', join(home, run.directory)],
  ]);
  if (!verdict) return `run ${run.id} of ${run.job}\n\n${facts}`;
  const checks = table(verdict.checks.map(({ name, passed, reason }) => [passed ? 'passed' : 'failed', name, reason]));
  return `run ${run.id} of ${run.job}\n\n${facts}\n\n${checks || 'the gate has no checks'}`;
}

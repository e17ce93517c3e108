import { shortened, table } from '../format/table.ts';
import { shownSpan, shownTime } from '../format/times.ts';
import type { TickView } from '../job/store/tickTable.ts';
import type { Command } from './command.ts';
import { homeOptions } from './homeOf.ts';
import { integerOf } from './integerOf.ts';
import { parse } from './parse.ts';
import { withOperations } from './withOperations.ts';

/** `millrace runs`: the ledger. */
export const runs: Command = {
  usage: 'runs [JOB] [--limit N] [--home DIR] [--json]',
  summary:
    'lists the ticks, newest first, with their runs or the reason why there is none; run show ID prints one in full',
  async run(args) {
    const { values, positionals } = parse(
      args,
      { ...homeOptions, limit: { type: 'string', default: '20' } },
      { least: 0, most: 1, names: 'at most one JOB' },
    );
    const [job = null] = positionals;
    const limit = integerOf('--limit', values.limit, 1);
    const all = await withOperations(values, (operations) => operations.runs({ job, limit }));
    if (values.json) console.log(JSON.stringify(all));
    else if (all.length === 0) console.log('no tick has been due');
    else console.log(render(all));
    return 0;
  },
};

function render(ticks: readonly TickView[]): string {
  return table([
    ['due', 'job', 'origin', 'tick', 'run', '', 'took', 'version', 'why'],
    ...ticks.map((tick) => [
      shownTime(tick.dueAt),
      tick.job,
      tick.origin,
      tick.state,
      tick.run === null ? '-' : `${tick.run}`,
      tick.runState ?? '',
      tick.startedAt === null || tick.finishedAt === null ? progressOf(tick) : tookOf(tick.finishedAt - tick.startedAt),
      tick.version === null ? '-' : `${tick.version}`,
      shortened([tick.cause, tick.reason].filter((text) => text !== null).join('; ')),
    ]),
  ]);
}

/** A clock that stands still does not tell. */
function tookOf(ms: number): string {
  return ms === 0 ? '-' : shownSpan(ms);
}

function progressOf({ runState, progress }: TickView): string {
  const told = progress as { readonly rows: number; readonly totalRows: number } | null;
  if (runState !== 'running' || !told || told.totalRows === 0) return '-';
  return `${Math.floor((100 * told.rows) / told.totalRows)} %`;
}

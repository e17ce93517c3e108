import { shortened, table } from '../format/table.ts';
import { shownTime } from '../format/times.ts';
import type { Command } from './command.ts';
import { homeOptions } from './homeOf.ts';
import { parse } from './parse.ts';
import { withOperations } from './withOperations.ts';

/** `millrace jobs`: what is scheduled, and how it stands. */
export const jobs: Command = {
  usage: 'jobs [--home DIR] [--json]',
  summary: 'lists the jobs: next due time, champion, and outcome of the last ticks',
  async run(args) {
    const { values } = parse(args, homeOptions, { least: 0, most: 0, names: 'no argument' });
    const all = await withOperations(values, (operations) => operations.jobs());
    if (values.json) {
      console.log(JSON.stringify(all));
      return 0;
    }
    if (all.length === 0) {
      console.log('no job has been declared');
      return 0;
    }
    console.log(
      table([
        ['job', 'schedule', 'next due', 'champion', 'open runs', 'last tick', '', ''],
        ...all.map(({ name, declaration, nextDue, paused, champion, open, last, error }) => [
          name,
          declaration.schedule,
          paused ? `paused by ${paused.by}` : nextDue === null ? '-' : shownTime(nextDue),
          champion === null ? '-' : `version ${champion}`,
          `${open}`,
          last === null ? '-' : shownTime(last.dueAt),
          last === null ? '' : last.state,
          shortened(error ?? ''),
        ]),
      ]),
    );
    return 0;
  },
};

import { byWhom } from './byWhom.ts';
import type { Command } from './command.ts';
import { UsageError } from './command.ts';
import { homeOptions } from './homeOf.ts';
import { parse } from './parse.ts';
import { renderAnswer } from './renderAnswer.ts';
import { timeOf } from './timeOf.ts';
import { withOperations } from './withOperations.ts';

/** `millrace backfill`: runs for due times in the past. */
export const backfill: Command = {
  usage: 'backfill JOB --from TIME --to TIME [--again] [--why TEXT] [--home DIR] [--json]',
  summary:
    'requests a run for each due time in a range that has not run yet, oldest first; --again includes those that have',
  async run(args) {
    const { values, positionals } = parse(
      args,
      {
        ...homeOptions,
        from: { type: 'string' },
        to: { type: 'string' },
        again: { type: 'boolean', default: false },
        why: { type: 'string', default: '' },
      },
      { least: 1, most: 1, names: 'one JOB' },
    );
    const [job] = positionals;
    if (values.from === undefined || values.to === undefined) throw new UsageError('expected --from TIME --to TIME');
    const since = timeOf('--from', values.from);
    const until = timeOf('--to', values.to);
    const answer = await withOperations(values, (operations) =>
      operations.backfill({ job, since, until, again: values.again, by: byWhom(), why: values.why }),
    );
    return renderAnswer(answer, values.json);
  },
};

import { byWhom } from './byWhom.ts';
import type { Command } from './command.ts';
import { homeOptions } from './homeOf.ts';
import { parse } from './parse.ts';
import { withOperations } from './withOperations.ts';

/** `millrace pause`: no ticks for a while. */
export const pause: Command = {
  usage: 'pause JOB [--why TEXT] [--home DIR] [--json]',
  summary: 'skips the ticks of a job from now on; a current run continues',
  async run(args) {
    const { values, positionals } = parse(
      args,
      { ...homeOptions, why: { type: 'string', default: '' } },
      { least: 1, most: 1, names: 'one JOB' },
    );
    const [job] = positionals;
    await withOperations(values, (operations) => operations.pause({ job, by: byWhom(), why: values.why }));
    console.log(values.json ? JSON.stringify({ job, paused: true }) : `${job} is paused`);
    return 0;
  },
};

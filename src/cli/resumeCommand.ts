import { byWhom } from './byWhom.ts';
import type { Command } from './command.ts';
import { homeOptions } from './homeOf.ts';
import { parse } from './parse.ts';
import { withOperations } from './withOperations.ts';

/** `millrace resume`: the end of a pause. */
export const resume: Command = {
  usage: 'resume JOB [--home DIR] [--json]',
  summary: 'ends a pause',
  async run(args) {
    const { values, positionals } = parse(args, homeOptions, { least: 1, most: 1, names: 'one JOB' });
    const [job] = positionals;
    await withOperations(values, (operations) => operations.resume({ job, by: byWhom(), why: '' }));
    console.log(values.json ? JSON.stringify({ job, resumed: true }) : `${job} is resumed`);
    return 0;
  },
};

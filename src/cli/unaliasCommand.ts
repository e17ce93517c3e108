import { byWhom } from './byWhom.ts';
import type { Command } from './command.ts';
import { homeOptions } from './homeOf.ts';
import { parse } from './parse.ts';
import { withOperations } from './withOperations.ts';

/** `millrace unalias`: the end of an alias. */
export const unalias: Command = {
  usage: 'unalias JOB NAME [--why TEXT] [--home DIR] [--json]',
  summary: 'removes an alias made by promote --alias; its version may then be deleted',
  async run(args) {
    const options = { ...homeOptions, why: { type: 'string', default: '' } } as const;
    const { values, positionals } = parse(args, options, { least: 2, most: 2, names: 'JOB and NAME' });
    const [job, alias] = positionals;
    await withOperations(values, (operations) => operations.unalias({ job, alias, by: byWhom(), why: values.why }));
    console.log(values.json ? JSON.stringify({ job, alias, version: null }) : `${job} has no ${alias} any more`);
    return 0;
  },
};

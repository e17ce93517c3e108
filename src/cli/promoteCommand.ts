import { byWhom } from './byWhom.ts';
import type { Command } from './command.ts';
import { homeOptions } from './homeOf.ts';
import { integerOf } from './integerOf.ts';
import { parse } from './parse.ts';
import { withOperations } from './withOperations.ts';

/** `millrace promote`: an alias, by hand. */
export const promote: Command = {
  usage: 'promote JOB VERSION [--alias NAME] [--why TEXT] [--home DIR] [--json]',
  summary: 'points an alias (by default the champion) to a kept version, after checking that it loads',
  async run(args) {
    const { values, positionals } = parse(
      args,
      { ...homeOptions, alias: { type: 'string', default: 'champion' }, why: { type: 'string', default: '' } },
      { least: 2, most: 2, names: 'JOB and VERSION' },
    );
    const [job, text] = positionals;
    const version = integerOf('VERSION', text, 1);
    const { alias, why } = values;
    await withOperations(values, (operations) => operations.promote({ job, version, alias, by: byWhom(), why }));
    console.log(values.json ? JSON.stringify({ job, alias, version }) : `${alias} of ${job} is version ${version}`);
    return 0;
  },
};

import { percent } from '../format/shares.ts';
import { byWhom } from './byWhom.ts';
import { type Command, UsageError } from './command.ts';
import { homeOptions } from './homeOf.ts';
import { integerOf } from './integerOf.ts';
import { parse } from './parse.ts';
import { shareOf } from './shareOf.ts';
import { withOperations } from './withOperations.ts';

/** `millrace promote`: an alias, by hand. */
export const promote: Command = {
  usage: 'promote JOB VERSION [--alias NAME [--share P]] [--why TEXT] [--home DIR] [--json]',
  summary: 'points an alias (by default the champion) to a kept version, after checking that it loads',
  details: ['--share: of the rows that `millrace serve --home DIR --shadow NAME --by COLUMN` answers, from now on.'],
  async run(args) {
    const { values, positionals } = parse(
      args,
      {
        ...homeOptions,
        alias: { type: 'string', default: 'champion' },
        share: { type: 'string' },
        why: { type: 'string', default: '' },
      },
      { least: 2, most: 2, names: 'JOB and VERSION' },
    );
    const [job, text] = positionals;
    const version = integerOf('VERSION', text, 1);
    const { alias, why } = values;
    const share = values.share === undefined ? null : shareOf('--share', values.share);
    if (share === 0) throw new UsageError('--share: expected more than 0; millrace unalias takes an alias away');
    await withOperations(values, (operations) => operations.promote({ job, version, alias, share, by: byWhom(), why }));
    console.log(
      values.json
        ? JSON.stringify({ job, alias, version, share })
        : `${alias} of ${job} is version ${version}${share === null ? '' : `, for ${percent(share)}`}`,
    );
    return 0;
  },
};

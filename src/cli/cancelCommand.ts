import { byWhom } from './byWhom.ts';
import type { Command } from './command.ts';
import { homeOptions } from './homeOf.ts';
import { integerOf } from './integerOf.ts';
import { parse } from './parse.ts';
import { withOperations } from './withOperations.ts';

/** `millrace cancel`: the end of a run. */
export const cancel: Command = {
  usage: 'cancel RUN [--why TEXT] [--home DIR] [--json]',
  summary: 'stops a waiting or current run',
  async run(args) {
    const options = { ...homeOptions, why: { type: 'string', default: '' } } as const;
    const { values, positionals } = parse(args, options, { least: 1, most: 1, names: 'the number of a RUN' });
    const id = integerOf('RUN', positionals[0], 1);
    await withOperations(values, (operations) => operations.cancel({ id, by: byWhom(), why: values.why }));
    console.log(values.json ? JSON.stringify({ run: id, cancelled: true }) : `run ${id} is being stopped`);
    return 0;
  },
};

import { byWhom } from './byWhom.ts';
import type { Command } from './command.ts';
import { homeOptions } from './homeOf.ts';
import { parse } from './parse.ts';
import { renderAnswer } from './renderAnswer.ts';
import { withOperations } from './withOperations.ts';

/** `millrace trigger`: a run now. */
export const trigger: Command = {
  usage: 'trigger JOB [--why TEXT] [--home DIR] [--json]',
  summary: 'requests a run of a job now, or after the current one',
  async run(args) {
    const options = { ...homeOptions, why: { type: 'string', default: '' } } as const;
    const { values, positionals } = parse(args, options, { least: 1, most: 1, names: 'one JOB' });
    const [job] = positionals;
    const answer = await withOperations(values, (operations) =>
      operations.trigger({ job, by: byWhom(), why: values.why }),
    );
    return renderAnswer(answer, values.json);
  },
};

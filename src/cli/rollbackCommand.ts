import { byWhom } from './byWhom.ts';
import type { Command } from './command.ts';
import { homeOptions } from './homeOf.ts';
import { integerOf } from './integerOf.ts';
import { parse } from './parse.ts';
import { withOperations } from './withOperations.ts';

/** `millrace rollback`: the last good model, back in service. */
export const rollback: Command = {
  usage: 'rollback JOB [VERSION] [--why TEXT] [--home DIR] [--json]',
  summary: 'makes the previous champion, or any kept version, the champion again',
  async run(args) {
    const { values, positionals } = parse(
      args,
      { ...homeOptions, why: { type: 'string', default: '' } },
      { least: 1, most: 2, names: 'JOB and perhaps VERSION' },
    );
    const [job, text] = positionals;
    const asked = {
      job,
      version: text === undefined ? null : integerOf('VERSION', text, 1),
      by: byWhom(),
      why: values.why,
    };
    const version = await withOperations(values, (operations) => operations.rollback(asked));
    console.log(
      values.json ? JSON.stringify({ job, alias: 'champion', version }) : `champion of ${job} is version ${version}`,
    );
    return 0;
  },
};

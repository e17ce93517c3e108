import { join } from 'node:path';
import { digits } from '../format/figures.ts';
import { percent } from '../format/shares.ts';
import { shortened, table } from '../format/table.ts';
import { shownTime } from '../format/times.ts';
import { pointerPath } from '../job/registry/pointers.ts';
import type { Command } from './command.ts';
import { homeOf, homeOptions } from './homeOf.ts';
import { parse } from './parse.ts';
import { withOperations } from './withOperations.ts';

/** The others are in `--json`. */
const shownMetrics = 3;

/** `millrace models`: the registry. */
export const models: Command = {
  usage: 'models [JOB] [--history] [--home DIR] [--json]',
  summary:
    'lists the kept versions, newest first, with their scores and aliases; --history: who moved an alias, when and why',
  async run(args) {
    const { values, positionals } = parse(
      args,
      { ...homeOptions, history: { type: 'boolean', default: false } },
      { least: 0, most: 1, names: 'at most one JOB' },
    );
    const [job = null] = positionals;
    const { versions, changes } = await withOperations(values, (operations) => operations.models({ job }));
    if (values.json) {
      console.log(JSON.stringify({ versions, changes }));
      return 0;
    }
    if (values.history) {
      console.log(
        table([
          ['at', 'job', 'alias', '', 'from', 'to', 'share', 'by', 'why'],
          ...changes.map(({ at, job, name, kind, from, to, share, by, why }) => [
            shownTime(at),
            job,
            name,
            kind,
            `${from ?? '-'}`,
            `${to ?? '-'}`,
            share === null ? '-' : percent(share),
            by,
            shortened(why),
          ]),
        ]),
      );
      return 0;
    }
    if (versions.length === 0) {
      console.log('no model has been trained');
      return 0;
    }
    console.log(
      table([
        ['job', 'version', 'aliases', 'made', 'rows up to', 'checks', 'run', 'parent', 'scores'],
        ...versions.map((version) => [
          version.job,
          `${version.number}`,
          version.aliases.join(', ') || '-',
          shownTime(version.createdAt),
          version.dataTo === null ? '-' : shownTime(version.dataTo),
          version.verdict.passed ? 'passed' : 'failed',
          `${version.run}`,
          `${version.parent ?? '-'}`,
          Object.entries(version.scores.candidate.metrics)
            .slice(0, shownMetrics)
            .map(([name, value]) => `${name} ${digits(value, 4)}`)
            .join(', '),
        ]),
      ]),
    );
    const named = [...new Set(versions.filter(({ aliases }) => aliases.includes('champion')).map((each) => each.job))];
    for (const each of named)
      console.log(`\n${join(homeOf(values), pointerPath(each, 'champion'))} is the champion of ${each}`);
    return 0;
  },
};

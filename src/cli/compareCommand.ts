import { count, digits } from '../format/figures.ts';
import { shortened, table } from '../format/table.ts';
import type { Json } from '../json.ts';
import { compareRuns, type Difference } from '../report/compareRuns.ts';
import { findRun } from '../report/findRun.ts';
import type { Command } from './command.ts';
import { parse } from './parse.ts';

/** `millrace compare`: what two runs or more had in other ways, and what came of it. */
export const compare: Command = {
  usage: 'compare RUN RUN... [--json]',
  summary: 'prints the settings in which runs differ, and their results side by side',
  details: ['RUN is the folder of a run, or its name below runs: flights/3, or flights for the latest one.'],
  async run(args) {
    const options = { json: { type: 'boolean', default: false } } as const;
    const { values, positionals } = parse(args, options, { least: 2, most: 50, names: 'two to fifty RUNs' });
    const runs = await Promise.all(positionals.map((named) => findRun(named)));
    const compared = compareRuns(runs);
    const directories = runs.map(({ directory }) => directory);
    if (values.json) console.log(JSON.stringify({ runs: directories, ...compared }));
    else {
      const { settings, results } = compared;
      const none = settings.length === 0 ? ['', 'no setting differs'] : [];
      const rows = (title: string, differences: readonly Difference[]) => [
        [title, ...directories],
        ...differences.map(({ name, values }) => [name, ...values.map(shown)]),
      ];
      const right = directories.map((_, i) => i + 1);
      if (settings.length > 0) console.log(`${table(rows('settings', settings), right)}\n`);
      console.log([...none, table(rows('results', results), right)].join('\n'));
    }
    return 0;
  },
};

function shown(value: Json | undefined): string {
  if (value === undefined) return '-';
  if (typeof value === 'number') return Number.isInteger(value) ? count(value) : digits(value, 5);
  return shortened(typeof value === 'string' ? value : JSON.stringify(value), 60);
}

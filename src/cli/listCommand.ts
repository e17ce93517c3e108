import { count, digits } from '../format/figures.ts';
import { sparkline } from '../format/sparkline.ts';
import { table } from '../format/table.ts';
import { formatSeconds, shownTime } from '../format/times.ts';
import { beganOf, listRuns } from '../report/listRuns.ts';
import { readCurves } from '../report/readCurves.ts';
import type { RecordedRun } from '../report/types.ts';
import type { Command } from './command.ts';
import { parse } from './parse.ts';

/** `millrace list`: the runs that were trained here. */
export const list: Command = {
  usage: 'list [NAME] [--runs DIR] [--json]',
  summary: 'lists the training runs in the folder runs, oldest first, with their results',
  details: [
    'NAME lists the runs of one pipeline. The column of bars is the training loss from the first report to the last, each run on a scale of',
    'its own. What compares two of them: millrace compare NAME/1 NAME/2.',
  ],
  async run(args) {
    const options = { runs: { type: 'string', default: 'runs' }, json: { type: 'boolean', default: false } } as const;
    const { values, positionals } = parse(args, options, { least: 0, most: 1, names: 'at most one NAME' });
    const [name] = positionals;
    const say = (error: Error) => console.error(`millrace: left out: ${error.message}`);
    const found = await listRuns(values.runs, say, name);
    if (values.json) console.log(JSON.stringify(found));
    else if (found.length === 0)
      console.log(`${name === undefined ? values.runs : `${values.runs}/${name}`}: no runs yet`);
    else console.log(table([head, ...(await Promise.all(found.map(row)))], right));
    return 0;
  },
};

const head = ['run', 'began', 'state', 'took', 'epochs', 'rows', 'training loss', '', 'best', ''];
const right = [3, 4, 5, 6, 9];

async function row(run: RecordedRun): Promise<string[]> {
  const { directory, state, end, summary } = run;
  const { loss } = await readCurves(directory, 12);
  const best = summary?.best;
  return [
    directory,
    shownTime(Date.parse(beganOf(run))).replace(/\.\d+Z$/, 'Z'),
    state,
    end ? formatSeconds(end.seconds) : '',
    summary ? `${summary.epochs}` : '',
    summary ? count(summary.rows) : '',
    summary && summary.loss !== null ? digits(summary.loss, 4) : '',
    loss ? sparkline(loss.points.map(({ last }) => last)) : '',
    best?.metric ?? '',
    best ? digits(best.value, 5) : '',
  ];
}

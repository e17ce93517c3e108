import { megabytes } from '../format/sizes.ts';
import { configurePipeline } from '../pipeline/declare/configurePipeline.ts';
import type { Pipeline } from '../pipeline/declare/pipeline.ts';
import { findRun } from '../report/findRun.ts';
import type { RecordedRun } from '../report/types.ts';
import { writeReport } from '../report/writeReport.ts';
import { type Command, UsageError } from './command.ts';
import { importPipeline } from './importPipeline.ts';
import { integerOf } from './integerOf.ts';
import { interruption } from './interruption.ts';
import { limitNewSpace } from './limitNewSpace.ts';
import { parse } from './parse.ts';

/** `millrace report`: a run as a page. */
export const report: Command = {
  usage: 'report RUN... [--to FILE] [--source FILE] [--pipeline FILE] [--rows N] [--seed N] [--json]',
  summary:
    'writes a report on a run, or on several beside each other, as one HTML file that needs no network and no script',
  details: [
    'RUN is the folder of a run, or its name below runs: flights/3, or flights for the latest one. --to is report.html by default.',
    'One run gets a closer look at the rows that it has held out: curves by threshold, calibration, importance, where it is worst. For that the',
    'file of its pipeline is imported; --pipeline names it where it has moved. --source looks at other labelled rows. --rows are drawn (5000).',
  ],
  async run(args) {
    const { values, positionals } = parse(
      args,
      {
        to: { type: 'string', default: 'report.html' },
        source: { type: 'string' },
        pipeline: { type: 'string' },
        rows: { type: 'string', default: '5000' },
        seed: { type: 'string', default: '1' },
        json: { type: 'boolean', default: false },
      },
      { least: 1, most: 50, names: 'one to fifty RUNs' },
    );
    const isOne = positionals.length === 1;
    for (const name of ['source', 'pipeline'] as const)
      if (!isOne && values[name] !== undefined) throw new UsageError(`--${name} is for a report on one run`);
    limitNewSpace();
    const tell = (line: string) => console.error(`millrace: ${line}`);
    const runs = await Promise.all(positionals.map((named) => findRun(named)));
    const pipeline = isOne ? await pipelineOf(runs[0] as RecordedRun, values.pipeline, tell) : undefined;
    const { signal, end } = interruption();
    try {
      const written = await writeReport(
        runs.map(({ directory }) => directory),
        {
          to: values.to,
          rows: integerOf('--rows', values.rows, 1),
          seed: integerOf('--seed', values.seed, 0),
          ...(values.source !== undefined && { source: values.source }),
          ...(pipeline && { pipeline }),
          signal,
          tell,
        },
      );
      if (values.json) console.log(JSON.stringify(written));
      else console.log([`${written.to}: ${megabytes(written.bytes, 2)}`, ...written.notes].join('\n'));
      return 0;
    } catch (error) {
      if (signal.aborted) return 130;
      throw error;
    } finally {
      end();
    }
  },
};

/** The pipeline that the run was declared by, where it can still be imported; one that is named must be. */
async function pipelineOf(
  { config: { file, settings } }: RecordedRun,
  named: string | undefined,
  tell: (line: string) => void,
): Promise<Pipeline | undefined> {
  if (named !== undefined) return configurePipeline(await importPipeline(named), settings);
  if (file === null) return undefined;
  try {
    return configurePipeline(
      await importPipeline(file, 'Run it where it was trained, or add --pipeline FILE'),
      settings,
    );
  } catch (error) {
    tell(`goes on without its pipeline: ${(error as Error).message}`);
    return undefined;
  }
}

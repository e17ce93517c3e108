import { rmdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { OptionError, ResumeError } from '../errors.ts';
import { configurePipeline } from '../pipeline/configurePipeline.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { latestRun, newRun } from '../pipeline/runDirectory.ts';
import { train as trainPipeline } from '../pipeline/train.ts';
import { createLogger } from '../sink/logger.ts';
import type { Json } from '../types.ts';
import { type Command, UsageError } from './command.ts';
import { engineNamed } from './engineNamed.ts';
import { importPipeline } from './importPipeline.ts';
import { interruption } from './interruption.ts';
import { limitNewSpace } from './limitNewSpace.ts';
import { parse } from './parse.ts';
import { parseSettings } from './parseSettings.ts';
import { renderSummary } from './renderSummary.ts';

/** `millrace train`: runs a pipeline, or goes on with one. */
export const train: Command = {
  usage: 'train FILE [--resume] [--epochs N] [--set key=value]... [--engine NAME] [--threads N] [--out DIR] [--json]',
  summary: 'trains the pipeline that FILE declares; --resume goes on from its last checkpoint',
  async run(args) {
    const { values, positionals } = parse(
      args,
      {
        resume: { type: 'boolean', default: false },
        epochs: { type: 'string' },
        set: { type: 'string', multiple: true, default: [] },
        engine: { type: 'string' },
        threads: { type: 'string' },
        out: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
      { least: 1, most: 1, names: 'one FILE' },
    );
    const [file] = positionals;
    limitNewSpace();
    const settings = parseSettings([
      ...values.set,
      ...(values.epochs === undefined ? [] : [`epochs=${values.epochs}`]),
    ]);
    const engine = engineNamed(values.engine);
    const pipeline = configure(await importPipeline(file), settings);
    const directory = await chooseDirectory(pipeline.name, values);
    const { signal, end } = interruption();
    try {
      const logger = createLogger({});
      const summary = await trainPipeline(pipeline, {
        directory,
        engine,
        threads: threadsOf(values.threads),
        resume: values.resume,
        signal,
        log: (level, message, details = {}) => logger[level](details, message),
        declared: { file: relative('.', file), settings },
      });
      const more = values.resume || summary.outcome === 'interrupted' ? '' : ` --epochs ${pipeline.epochs + 1}`;
      console.log(
        values.json
          ? JSON.stringify(summary)
          : renderSummary(summary, {
              resume: `npx millrace train ${file} --resume${more}${values.out ? ` --out ${values.out}` : ''}`,
              evaluate: `npx millrace evaluate ${summary.checkpoint}`,
            }),
      );
      return summary.outcome === 'completed' ? 0 : 130;
    } catch (error) {
      if (signal.aborted && error === signal.reason) {
        console.error('millrace: interrupted before the first step; nothing was written');
        return 130;
      }
      throw error;
    } finally {
      end();
      // A run that failed before it wrote anything leaves no number behind; a folder with files in it stays.
      if (values.out === undefined) await rmdir(directory).catch(() => {});
    }
  },
};

/** @throws UsageError where it is not a number of threads */
function threadsOf(text: string | undefined): number | undefined {
  if (text === undefined || /^([1-9]|[1-5]\d|6[0-4])$/.test(text)) return text === undefined ? undefined : Number(text);
  throw new UsageError(`--threads: expected an integer from 1 to 64, got ${text}`);
}

/** The pipeline as it is set on the command line; a wrong setting is wrong use. */
function configure(pipeline: Pipeline, settings: Readonly<Record<string, Json>>): Pipeline {
  try {
    return configurePipeline(pipeline, settings);
  } catch (error) {
    if (error instanceof OptionError) throw new UsageError(error.message);
    throw error;
  }
}

/**
 * `--out`, or a new numbered folder under `runs/<name>`, or the latest there to resume.
 *
 * @throws ResumeError where there is no run to resume
 */
async function chooseDirectory(name: string, { out, resume }: { out?: string; resume: boolean }): Promise<string> {
  const parent = join('runs', name);
  if (!resume) return out ?? newRun(parent);
  const directory = out ?? (await latestRun(parent));
  if (directory !== undefined) return directory;
  throw new ResumeError({
    where: parent,
    expected: 'a run to resume',
    received: 'none',
    hint: 'Train without --resume first, or name the folder of a run with --out',
  });
}

import { rmdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { OptionError, ResumeError } from '../errors.ts';
import type { Json } from '../json.ts';
import { latestRun } from '../model/findCheckpoint.ts';
import { shellWord } from '../options/shown.ts';
import { configurePipeline } from '../pipeline/declare/configurePipeline.ts';
import type { Pipeline } from '../pipeline/declare/pipeline.ts';
import { newRun } from '../pipeline/run/runDirectory.ts';
import type { Summary } from '../pipeline/run/summary.ts';
import { train as trainPipeline } from '../pipeline/run/train.ts';
import { writeReport } from '../report/writeReport.ts';
import { createLogger } from '../sink/logger.ts';
import { type Command, UsageError } from './command.ts';
import { engineNamed } from './engineNamed.ts';
import { importPipeline } from './importPipeline.ts';
import { interruption } from './interruption.ts';
import { limitNewSpace } from './limitNewSpace.ts';
import { outputOptions, setOutput, withConsole } from './output.ts';
import { parse } from './parse.ts';
import { noCheckpoint, renderSummary } from './renderSummary.ts';
import { asBefore, settingsBefore } from './settingsBefore.ts';

/** `millrace train`: runs a pipeline, or goes on with one. */
export const train: Command = {
  usage:
    'train FILE [--resume] [--epochs N] [--set key=value]... [--engine NAME] [--threads N] [--out DIR] [--report] [--json] [--quiet]',
  summary:
    'trains the pipeline declared in FILE; --resume continues from its last checkpoint; --report writes report.html',
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
        report: { type: 'boolean', default: false },
        ...outputOptions,
      },
      { least: 1, most: 1, names: 'one FILE' },
    );
    const [file] = positionals;
    limitNewSpace();
    setOutput(values);
    const given = parseSettings([...values.set, ...(values.epochs === undefined ? [] : [`epochs=${values.epochs}`])]);
    const engine = engineNamed(values.engine);
    const plain = await importPipeline(file);
    const parent = join('runs', plain.name);
    const resumed = values.resume ? (values.out ?? (await lastRun(parent))) : undefined;
    const before = resumed === undefined ? {} : await settingsBefore(resumed, plain);
    const settings = { ...before, ...given };
    const declared = configure(plain, settings);
    const directory = resumed ?? values.out ?? (await newRun(parent));
    const log = createLogger();
    const pipeline = { ...declared, sinks: withConsole(declared.sinks) };
    if (Object.keys(before).length > 0) log('info', asBefore(before, given));
    if (!pipeline.sinks.some(({ name }) => name === 'checkpoint'))
      log('warn', `there is no checkpoint among the sinks: ${noCheckpoint}`);
    // There may be later runs when it is pasted.
    const resume = ['train', file, '--resume', '--out', directory];
    const { signal, end } = interruption();
    try {
      const summary = await trainPipeline(pipeline, {
        directory,
        engine,
        threads: threadsOf(values.threads),
        resume: values.resume,
        signal,
        log,
        declared: { file: relative('.', file), settings },
      });
      console.log(
        values.json
          ? JSON.stringify(summary)
          : renderSummary(summary, nextCommands(summary, pipeline, resume, values.report)),
      );
      if (values.report) await reportTo(join(directory, 'report.html'), summary, pipeline, signal);
      return summary.outcome === 'completed' ? 0 : 130;
    } catch (error) {
      if (signal.aborted && error === signal.reason) {
        console.error(
          values.resume
            ? `millrace: interrupted before the next step; go on: ${commandLine(resume)}`
            : 'millrace: interrupted before the first step; there is nothing to go on with',
        );
        return 130;
      }
      throw error;
    } finally {
      end();
      // A run that was refused has written nothing, and leaves no number behind; a folder with files in it stays.
      if (values.out === undefined) await rmdir(directory).catch(() => {});
    }
  },
};

/** A report that cannot be written costs no run. */
async function reportTo(to: string, { directory }: Summary, pipeline: Pipeline, signal: AbortSignal): Promise<void> {
  const tell = (line: string) => console.error(`millrace: ${line}`);
  try {
    const { notes } = await writeReport([directory], { to, pipeline, signal, tell });
    console.error(`millrace: report: ${to}`);
    for (const note of notes) tell(note);
  } catch (error) {
    tell(`there is no report: ${(error as Error).message}`);
  }
}

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

/** @throws ResumeError where there is no run to resume */
async function lastRun(parent: string): Promise<string> {
  const directory = await latestRun(parent);
  if (directory !== undefined) return directory;
  throw new ResumeError({
    where: parent,
    expected: 'a run to resume',
    received: 'none',
    hint: 'Train without --resume first, or name the folder of a run with --out',
  });
}

/** What can be done with what a run has left, by what it does; what was given on the command line is taken again from the checkpoint. */
function nextCommands(
  { outcome, checkpoint, directory, earlyStopping }: Summary,
  { source, split, epochs }: Pipeline,
  resume: readonly string[],
  isReported: boolean,
): Readonly<Record<string, string>> {
  if (checkpoint === null) return {};
  const evaluate = ['evaluate', checkpoint, ...(split.validation === 0 || source.once ? ['SOURCE'] : [])];
  const isOver = source.once || earlyStopping?.stoppedAt != null;
  const more = [...resume, '--epochs', `${epochs + 1}`];
  return {
    ...(outcome === 'interrupted' && !source.once && { 'go on:': commandLine(resume) }),
    ...(outcome === 'completed' && !isOver && { 'train on:': commandLine(more) }),
    'evaluate:': commandLine(evaluate),
    'predict:': commandLine(['predict', directory, 'SOURCE', '--to', 'predictions.csv']),
    ...(!isReported && { 'report:': commandLine(['report', directory]) }),
  };
}

/** A command as it can be pasted into a shell. */
function commandLine(words: readonly string[]): string {
  return `npx millrace ${words.map(shellWord).join(' ')}`;
}

/**
 * Reads `key=value` pairs; a value is JSON where it can be, else text.
 *
 * @throws UsageError where there is no `=`, or no key before it
 * @example parseSettings(['batch=64', 'optimizer.learningRate=1e-2']) // { batch: 64, 'optimizer.learningRate': 0.01 }
 */
function parseSettings(pairs: readonly string[]): Record<string, Json> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw new UsageError(`expected key=value, got ${pair}`);
      return [pair.slice(0, at), parseValue(pair.slice(at + 1))];
    }),
  );
}

function parseValue(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

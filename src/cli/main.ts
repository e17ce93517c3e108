#!/usr/bin/env node
import module from 'node:module';
import { didYouMean } from '../options/didYouMean.ts';
import { version } from '../version.ts';
import { type Command, UsageError } from './command.ts';

/** Each is loaded when it is called: most begin in a fraction of the time that all take. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  init: async () => (await import('./initCommand.ts')).init,

  train: async () => (await import('./trainCommand.ts')).train,
  describe: async () => (await import('./describeCommand.ts')).describe,
  doctor: async () => (await import('./doctorCommand.ts')).doctor,

  evaluate: async () => (await import('./evaluateCommand.ts')).evaluate,
  predict: async () => (await import('./predictCommand.ts')).predict,
  explain: async () => (await import('./explainCommand.ts')).explain,
  serve: async () => (await import('./serveCommand.ts')).serve,
  join: async () => (await import('./joinCommand.ts')).join,
  export: async () => (await import('./exportCommand.ts')).exportCommand,
  model: async () => (await import('./modelCommand.ts')).model,

  list: async () => (await import('./listCommand.ts')).list,
  compare: async () => (await import('./compareCommand.ts')).compare,
  report: async () => (await import('./reportCommand.ts')).report,

  schedule: async () => (await import('./scheduleCommand.ts')).schedule,
  worker: async () => (await import('./workerCommand.ts')).worker,
  jobs: async () => (await import('./jobsCommand.ts')).jobs,
  runs: async () => (await import('./runsCommand.ts')).runs,
  run: async () => (await import('./runCommand.ts')).runShow,
  models: async () => (await import('./modelsCommand.ts')).models,
  trigger: async () => (await import('./triggerCommand.ts')).trigger,
  backfill: async () => (await import('./backfillCommand.ts')).backfill,
  pause: async () => (await import('./pauseCommand.ts')).pause,
  resume: async () => (await import('./resumeCommand.ts')).resume,
  cancel: async () => (await import('./cancelCommand.ts')).cancel,
  promote: async () => (await import('./promoteCommand.ts')).promote,
  unalias: async () => (await import('./unaliasCommand.ts')).unalias,
  rollback: async () => (await import('./rollbackCommand.ts')).rollback,
};

/** What stands in the help before a command. */
const headings: Readonly<Record<string, string>> = {
  init: 'Begin',
  train: 'Train',
  evaluate: 'Use a model',
  list: 'Look at runs',
  schedule: 'Scheduled retraining',
};

async function help(): Promise<string> {
  const all = await Promise.all(Object.entries(commands).map(async ([name, load]) => ({ name, ...(await load()) })));
  return [
    'millrace trains neural networks on streams of record batches, and uses what was trained.',
    ...all.flatMap(({ name, usage, summary }) => [
      ...(headings[name] === undefined ? [] : ['', headings[name], '']),
      `  millrace ${usage}\n      ${summary}`,
    ]),
    '',
    '  --home is the folder of scheduled retraining: MILLRACE_HOME, or .millrace, by default. DATABASE_URL names a PostgreSQL server.',
    '  --help, --version; MILLRACE_STACK=1 shows where an error was thrown.',
    '  LOG=json makes the log lines of JSON, as --json does; LOG=quiet has warnings and errors alone, as --quiet; NO_COLOR=1 no colours.',
    'Results go to stdout, logs to stderr. Exit codes: 0 done, 1 failed, 2 wrong use, 130 interrupted.',
  ].join('\n');
}

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === '--version') {
    console.log(version);
    return 0;
  }
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    (name === undefined ? console.error : console.log)(await help());
    return name === undefined ? 2 : 0;
  }
  let command: Command | undefined;
  try {
    command = Object.hasOwn(commands, name) ? await commands[name]() : undefined;
    if (!command) throw unknown(name);
    if (args.includes('--help') || args.includes('-h')) {
      console.log([`millrace ${command.usage}`, command.summary, ...(command.details ?? [])].join('\n    '));
      return 0;
    }
    return await command.run(args);
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`millrace: ${error.message}`);
      console.error(command ? `usage: millrace ${command.usage}` : 'millrace --help lists the commands');
      return 2;
    }
    const { explain } = await import('./explain.ts');
    console.error(explain(error));
    return 1;
  }
}

/** The near ones alone, where there are some: the list of all is in the help. */
function unknown(name: string): UsageError {
  const names = Object.keys(commands);
  const longer = names.find((each) => name !== '' && each.startsWith(name));
  const hint = longer ? `Did you mean ${longer}` : didYouMean(name, names);
  return new UsageError(
    hint ? `there is no command ${name}. ${hint}?` : `expected one of ${names.join(', ')}, got ${name}`,
  );
}

// What was compiled is kept for the next start, in the system's folder for such things; Node 22.8 and later can.
module.enableCompileCache?.();
// A reader that has seen enough, as `| head`, is no failure. Nor is a terminal that was closed: what is under way comes to its end first.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  if (error.code !== 'EIO') throw error;
});
// Nobody reads the log any more.
process.stderr.on('error', () => {});
const code = await main(process.argv.slice(2));
// A timer or a connection that a source has left behind does not hold the process up.
process.stdout.write('', () => process.exit(code));

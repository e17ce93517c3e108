#!/usr/bin/env node
import module from 'node:module';
import { version } from '../version.ts';
import { type Command, UsageError } from './command.ts';

/** Each is loaded when it is called: most begin in a fraction of the time that all take. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  train: async () => (await import('./train.ts')).train,
  evaluate: async () => (await import('./evaluate.ts')).evaluate,
  describe: async () => (await import('./describe.ts')).describe,
  doctor: async () => (await import('./doctor.ts')).doctor,
  schedule: async () => (await import('./schedule.ts')).schedule,
  worker: async () => (await import('./worker.ts')).worker,
  jobs: async () => (await import('./jobs.ts')).jobs,
  runs: async () => (await import('./runs.ts')).runs,
  run: async () => (await import('./runShow.ts')).runShow,
  models: async () => (await import('./models.ts')).models,
  trigger: async () => (await import('./trigger.ts')).trigger,
  backfill: async () => (await import('./backfill.ts')).backfill,
  pause: async () => (await import('./pause.ts')).pause,
  resume: async () => (await import('./resume.ts')).resume,
  cancel: async () => (await import('./cancel.ts')).cancel,
  promote: async () => (await import('./promote.ts')).promote,
  unalias: async () => (await import('./unalias.ts')).unalias,
  rollback: async () => (await import('./rollback.ts')).rollback,
};

async function help(): Promise<string> {
  const all = await Promise.all(Object.values(commands).map((load) => load()));
  const width = Math.max(...all.map(({ usage }) => usage.length));
  return [
    'millrace trains neural networks on streams of record batches.',
    '',
    ...all.map(({ usage, summary }) =>
      width > 60 ? `  millrace ${usage}\n      ${summary}` : `  millrace ${usage.padEnd(width)}  ${summary}`,
    ),
    '',
    '  --home is the folder of scheduled retraining: MILLRACE_HOME, or .millrace, by default. DATABASE_URL names a PostgreSQL server.',
    '  --help, --version; MILLRACE_STACK=1 shows where an error was thrown.',
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
    if (!command) throw new UsageError(`expected one of ${Object.keys(commands).join(', ')}, got ${name}`);
    if (args.includes('--help') || args.includes('-h')) {
      console.log(`millrace ${command.usage}\n    ${command.summary}`);
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

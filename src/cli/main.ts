#!/usr/bin/env node
import { version } from '../version.ts';
import { backfill } from './backfill.ts';
import { cancel } from './cancel.ts';
import { type Command, UsageError } from './command.ts';
import { describe } from './describe.ts';
import { doctor } from './doctor.ts';
import { evaluate } from './evaluate.ts';
import { explain } from './explain.ts';
import { jobs } from './jobs.ts';
import { models } from './models.ts';
import { pause } from './pause.ts';
import { promote } from './promote.ts';
import { resume } from './resume.ts';
import { rollback } from './rollback.ts';
import { runShow } from './runShow.ts';
import { runs } from './runs.ts';
import { schedule } from './schedule.ts';
import { train } from './train.ts';
import { trigger } from './trigger.ts';
import { unalias } from './unalias.ts';
import { worker } from './worker.ts';

const commands: Readonly<Record<string, Command>> = {
  train,
  evaluate,
  describe,
  doctor,
  schedule,
  worker,
  jobs,
  runs,
  run: runShow,
  models,
  trigger,
  backfill,
  pause,
  resume,
  cancel,
  promote,
  unalias,
  rollback,
};

function help(): string {
  const width = Math.max(...Object.values(commands).map(({ usage }) => usage.length));
  return [
    'millrace trains neural networks on streams of record batches.',
    '',
    ...Object.values(commands).map(({ usage, summary }) =>
      width > 60 ? `  millrace ${usage}\n      ${summary}` : `  millrace ${usage.padEnd(width)}  ${summary}`,
    ),
    '',
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
    (name === undefined ? console.error : console.log)(help());
    return name === undefined ? 2 : 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  try {
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
    console.error(explain(error));
    return 1;
  }
}

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

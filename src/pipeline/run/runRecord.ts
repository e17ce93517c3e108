import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointError } from '../../errors.ts';
import { removeLeftovers, writeDurably } from '../../files/writeDurably.ts';
import { log as logSink } from '../../sink/log.ts';
import { createLogger } from '../../sink/logger.ts';
import type { Run, Sink } from '../../sink/types.ts';
import { runReadme } from './runReadme.ts';
import type { RunEnd } from './summary.ts';

/** What every run leaves in its folder, whatever its sinks and however it ends. */
export interface RunRecord {
  /** Whether it has files. */
  readonly hasBegun: boolean;
  /** Takes a line for the log of the run, and for whoever listens. */
  readonly log: Run['log'];
  /** Takes a line for the log of the run alone. */
  readonly note: Run['log'];
  /** Writes what happens into the log of the run. */
  readonly sink: Sink;
  /** Makes the files: the configuration, and the log with the lines that have come before. A summary of before goes. */
  begin(config: { readonly name: string }): Promise<void>;
  /** Settles the log and writes the summary and what the files are. Where a disk takes no more, that is told, and costs no run. */
  end(summary: RunEnd): Promise<void>;
}

export interface RunRecordOptions {
  readonly directory: string;
  /** Whether the log is appended to. */
  readonly resume: boolean;
  /** Who listens. */
  readonly log: Run['log'];
}

const [logFile, configFile, summaryFile, readmeFile] = ['run.log', 'config.json', 'summary.json', 'README.txt'];

/** The files, and what each is, in a few words. */
export const recordFiles: Readonly<Record<string, string>> = {
  [summaryFile]: 'how the run has ended, with all numbers',
  [configFile]: 'what was trained, with which settings, versions and machine',
  [logFile]: 'what happened when',
  [readmeFile]: 'what each of these files is, and what opens it',
};

/** Nothing is written before the run begins: what is refused leaves no trace. */
export function createRunRecord({ directory, resume, log }: RunRecordOptions): RunRecord {
  let file: number | undefined;
  let pending = '';
  let hasBegun = false;

  function attempt(what: string, action: () => void): void {
    try {
      action();
    } catch (error) {
      file = undefined;
      log('warn', `${join(directory, what)} cannot be written any more: ${(error as Error).message}`);
    }
  }

  const destination = {
    write(text: string) {
      if (!hasBegun) pending += text;
      else attempt(logFile, () => file !== undefined && writeSync(file, text));
    },
  };
  const note = createLogger({ destination, pretty: true, dated: true });

  async function begin(config: { readonly name: string }): Promise<void> {
    for (const name of [configFile, summaryFile, readmeFile]) await removeLeftovers(directory, `${name}.`);
    await rm(join(directory, summaryFile), { force: true });
    await writeJson(configFile, config);
    const { [summaryFile]: _, ...files } = recordFiles;
    await writeReadme(runReadme({ name: config.name, directory }, 'it goes on, or its process has died', files));
    file = openSync(join(directory, logFile), resume ? 'a' : 'w');
    hasBegun = true;
    destination.write(pending);
    pending = '';
  }

  function writeJson(name: string, value: object): Promise<void> {
    return writeDurably(join(directory, name), Buffer.from(`${JSON.stringify(value, null, 2)}\n`));
  }

  function writeReadme(text: string): Promise<void> {
    return writeDurably(join(directory, readmeFile), Buffer.from(text));
  }

  return {
    get hasBegun() {
      return hasBegun;
    },
    log(level, message, details) {
      log(level, message, details);
      note(level, message);
    },
    note,
    sink: { ...logSink({ destination, pretty: true, dated: true, metrics: 1000 }), name: logFile },
    begin: (config) =>
      begin(config).catch((cause) => {
        throw new CheckpointError({
          where: directory,
          expected: 'a folder that can be written to',
          received: cause.message,
          hint: 'Make room on the disk, or the folder writable, or choose another one with --out',
          cause,
        });
      }),
    async end(summary) {
      const open = file;
      file = undefined;
      if (open !== undefined) {
        attempt(logFile, () => fsyncSync(open));
        closeSync(open);
      }
      const could = (name: string) => (error: Error) =>
        log('warn', `${join(directory, name)} could not be written: ${error.message}`);
      await writeReadme(runReadme(summary, summary.outcome, summary.files)).catch(could(readmeFile));
      await writeJson(summaryFile, summary).catch(could(summaryFile));
    },
  };
}

import { execFile } from 'node:child_process';
import { version } from '../../version.ts';

/** Which code trains: `MILLRACE_CODE_VERSION`, or the commit of the folder in which the command runs, and the version of Millrace. */
export async function codeVersion(): Promise<string> {
  const own = process.env.MILLRACE_CODE_VERSION || (await commit());
  return `${own ? `${own}, ` : ''}millrace ${version}`;
}

function commit(): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile('git', ['describe', '--always', '--dirty', '--abbrev=12'], (error, stdout) => {
      resolve(error ? undefined : stdout.trim());
    });
  });
}

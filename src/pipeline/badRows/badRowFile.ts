import { text } from '../../options/bounds.ts';
import { checkOption, checkOptions } from '../../options/checkOptions.ts';
import { type BadRowLimit, type BadRowPolicy, limitFields } from './badRowPolicy.ts';

/**
 * Leaves out rows that cannot be used, counts them as `skipRows` does, and writes each of them once as a line of JSON: its `file`, its
 * `row` in it from 0, the `byte` at which it begins where the format is text, the `reason`, and its `text` (`base64` where it
 * is not UTF-8) or its `values`.
 *
 * The file is durable before a checkpoint that counts on it, and a resumed run cuts it back to what that knew: whenever a run is
 * killed, each row is in it once when the run has come to its end.
 *
 * @param path the file, from the run's folder on
 * @throws OptionError where `path` is no name, or `maxShare` is out of bounds
 * @example badRowFile('bad.ndjson', { maxShare: 0.05 }).path //=> 'bad.ndjson'
 */
export function badRowFile(path: string, options: BadRowLimit = {}): BadRowPolicy {
  checkOption('badRowFile: path', path, text('the name of a file'));
  checkOptions('badRowFile', options, limitFields);
  const { maxShare = 0.01 } = options;
  return { kind: 'badRowFile', maxShare, path };
}

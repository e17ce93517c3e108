import { writeFile } from 'node:fs/promises';
import { OptionError } from '../errors.ts';
import { inspectPlace } from '../inspect/inspectPlace.ts';
import { pipelineText } from '../inspect/pipelineText.ts';
import { shellWord, shownName } from '../options/shown.ts';
import { type Command, UsageError } from './command.ts';
import { interruption } from './interruption.ts';
import { parse } from './parse.ts';
import { parseReading, readingFlags, readingUsage } from './parseReading.ts';
import { renderInspection } from './renderInspection.ts';

/** `millrace init`: looks at a table, and writes a pipeline for it. */
export const init: Command = {
  usage: `init SOURCE --target COLUMN [--id COLUMN,...] [--time COLUMN] [--to FILE] [--force] ${readingUsage} [--json]`,
  summary: 'looks at a file, says what its columns are, and writes a pipeline that learns to predict one of them',
  details: [
    'SOURCE is a file, a folder or a pattern: CSV, TSV, Parquet, JSON lines or Arrow. The pipeline is written to COLUMN.ts, or FILE;',
    'a file that is there is only written over with --force. --id names columns that say whom a row is about, --time when it was.',
    'The other options say how the file is read, where that is not told rightly by what is in it.',
  ],
  async run(args) {
    const { values, positionals } = parse(
      args,
      {
        target: { type: 'string' },
        id: { type: 'string' },
        time: { type: 'string' },
        to: { type: 'string' },
        force: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        ...readingFlags,
      },
      { least: 1, most: 1, names: 'one SOURCE' },
    );
    const [source] = positionals;
    const { target, id, time, to, force, json, ...reading } = values;
    if (target === undefined) throw new UsageError('expected --target, the column that is to be predicted');
    const name = nameOf(target);
    const file = to ?? `${name}.ts`;
    if (!/\.m?[tj]s$/.test(file)) throw new UsageError(`--to: expected a file ending in .ts, got ${file}`);
    const { options, format } = parseReading(reading);
    const { signal, end } = interruption();
    try {
      const { inspection, place } = await inspectPlace(source, {
        target,
        ...(id !== undefined && { id: id.split(',') }),
        ...(time !== undefined && { time }),
        format,
        given: options ?? {},
        signal,
      });
      const text = pipelineText(inspection, place, { file, name });
      await write(file, text, force);
      if (json) {
        console.log(JSON.stringify({ file, name, ...inspection, place }));
        return 0;
      }
      console.log(renderInspection(inspection));
      console.log(
        [
          '',
          `written to ${file}: read it, and change what you know better`,
          '',
          `train:    npx millrace train ${shellWord(file)}`,
          `predict:  npx millrace predict runs/${name}/1 ${shellWord(source)} --to predictions.csv`,
        ].join('\n'),
      );
      return 0;
    } catch (error) {
      if (signal.aborted && error === signal.reason) return 130;
      throw error;
    } finally {
      end();
    }
  },
};

async function write(file: string, text: string, force: boolean): Promise<void> {
  try {
    await writeFile(file, text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new OptionError({
      where: `init: ${shownName(file)}`,
      expected: 'no such file yet',
      received: 'one that is there',
      hint: 'Give --to for another name, or --force to write over it',
    });
  }
}

/** The name of a pipeline, as folders have it. */
function nameOf(target: string): string {
  const name = target
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\w.-]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '');
  return name === '' ? 'model' : name;
}

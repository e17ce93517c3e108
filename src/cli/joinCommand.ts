import type { RecordBatch } from 'apache-arrow';
import { count } from '../format/figures.ts';
import { type JoinCounts, joinLabels } from '../serve/joinLabels.ts';
import { openTable, tableEndings, tableFormatOf } from '../sink/table/tableEncoder.ts';
import { formatOf, openPlace } from '../source/formats.ts';
import { readAlike } from '../source/readAlike.ts';
import type { Source } from '../source/types.ts';
import { type Command, UsageError } from './command.ts';
import { interruption } from './interruption.ts';
import { outputOptions, setOutput } from './output.ts';
import { parse } from './parse.ts';
import { parseReading, readingFlags, readingUsage } from './parseReading.ts';
import { writeWhole } from './predictionFile.ts';

/** `millrace join`: the rows of a log of requests that have labels by now. */
export const join: Command = {
  usage: `join LOG LABELS --on COLUMN,... [--labels COLUMN,...] --to FILE ${readingUsage} [--json] [--quiet]`,
  summary: 'writes the rows of a log of serve with the labels that have come, to train on',
  details: [
    'LOG is the folder of a model that serve --log has written, LABELS a file with the same COLUMNs of --on, which say which label belongs to',
    'which row. How LABELS is read is said by --format and the options after it.',
  ],
  async run(args) {
    const { values, positionals } = parse(
      args,
      {
        on: { type: 'string' },
        labels: { type: 'string' },
        to: { type: 'string' },
        ...outputOptions,
        ...readingFlags,
      },
      { least: 2, most: 2, names: 'LOG and LABELS' },
    );
    const [log, labels] = positionals as [string, string];
    if (values.on === undefined)
      throw new UsageError('expected --on COLUMN,...: what says which label belongs to which row');
    const to = values.to ?? '';
    const tableFormat = tableFormatOf(to);
    if (tableFormat === undefined)
      throw new UsageError(`--to: expected a file that ends in ${tableEndings.join(', ')}, got ${to || 'nothing'}`);
    setOutput(values);
    const { signal, end } = interruption();
    let counts: JoinCounts | undefined;
    const { format = formatOf(labels), ...how } = parseReading(values);
    const source = joinLabels(
      readAlike(openPlace('log.parquet', 'parquet', {}), log),
      openPlace(labels, format, how.options ?? {}),
      {
        on: values.on.split(','),
        ...(values.labels !== undefined && { labels: values.labels.split(',') }),
        onJoined(joined) {
          counts = joined;
        },
      },
    );
    try {
      await writeWhole(to, async (file) => {
        const encoder = await openTable(tableFormat, await source.schema(signal));
        await file.write(encoder.begin());
        for await (const batch of selectedRows(source, signal)) await file.write(await encoder.encode(batch));
        await file.write(await encoder.end());
      });
      const { joined, withoutLabel, unusedLabels } = counts!;
      if (values.json) console.log(JSON.stringify({ to, ...counts }));
      else {
        console.log(
          `${to}: ${count(joined)} rows with labels; ${count(withoutLabel)} rows have none, ${count(unusedLabels)} labels no row`,
        );
      }
      return 0;
    } catch (error) {
      if (signal.aborted) return 130;
      throw error;
    } finally {
      end();
    }
  },
};

/** Record batches of the rows that are meant alone. */
async function* selectedRows(source: Source, signal: AbortSignal): AsyncGenerator<RecordBatch> {
  for await (const { records, selected } of source.open({ signal })) {
    if (!selected) yield records;
    else {
      for (let i = 0; i < selected.length; ) {
        const begin = selected[i]!;
        let length = 1;
        while (selected[i + length] === begin + length) length++;
        yield records.slice(begin, begin + length);
        i += length;
      }
    }
  }
}

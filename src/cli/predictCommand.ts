import { count } from '../format/figures.ts';
import { findCheckpoint } from '../model/findCheckpoint.ts';
import { loadSaved } from '../model/savedState.ts';
import type { TableFormat } from '../sink/table/tableEncoder.ts';
import type { Source } from '../source/types.ts';
import { championOf } from './championOf.ts';
import { type Command, UsageError } from './command.ts';
import { engineNamed } from './engineNamed.ts';
import { homeOf } from './homeOf.ts';
import { importPipeline } from './importPipeline.ts';
import { integerOf } from './integerOf.ts';
import { interruption } from './interruption.ts';
import { limitNewSpace } from './limitNewSpace.ts';
import { loadNamed } from './loadNamed.ts';
import { openForModel } from './openForModel.ts';
import { outputOptions, readingOnConsole, setOutput } from './output.ts';
import { parse } from './parse.ts';
import { parseReading, readingDetails, readingFlags, readingUsage } from './parseReading.ts';
import { predictArrivals } from './predictArrivals.ts';
import { type Predicting, predictToFile, predictToStdout, type Written } from './predictionFile.ts';
import { predictionFormat } from './predictionFormat.ts';
import { replaced } from './replaced.ts';
import { resumePredictionFile } from './resumePredictionFile.ts';
import { shareOf } from './shareOf.ts';

/** `millrace predict`: what a model says of the rows of a file, into another. */
export const predict: Command = {
  usage: `predict MODEL|--job JOB [SOURCE] [--to FILE] [--as FORMAT] [--keep COLUMN,...] [--threshold P] [--top K] [--explain K] [--resume] [--watch] [--skip-bad-rows] [--pipeline FILE] [--engine NAME] [--home DIR] ${readingUsage} [--json] [--quiet]`,
  summary:
    'predicts all rows of SOURCE (a file, a folder, a pattern, or - for standard input) and writes FILE (.csv, .ndjson, .arrow, .parquet), or to stdout',
  details: [
    ...readingDetails,
    'Without SOURCE the rows are those of the pipeline. --job takes the champion of a job in place of MODEL. What goes to stdout is csv, ndjson or arrow, as',
    '--as says; in the format of standard input where the rows come from there, else as ndjson.',
    '--keep writes columns of the source beside the predictions, in their order. --threshold is the probability from which on the second of',
    'two classes is predicted (that of the model). --top writes the K most probable of more classes in place of all. A row that cannot be used',
    'ends the command; with --skip-bad-rows it is left out and told of.',
    '--explain writes the K columns that move each prediction most, and by how much, against twenty of the first rows (slow: some hundred predictions a row).',
    '--resume goes on with FILE where it was interrupted, however that was: each row is in it once. --watch predicts for each file that arrives in the folder',
    'SOURCE, by the champion or MODEL as it is by then, into a file of the same name in the folder that --to names; --as says its format, which is that of',
    'the file else; --settle-ms for how long a file must have stayed as it is (2000). A file that cannot be used is told of and passed over until it changes.',
    'Functions of the pipeline are taken from the file that declared it, or from --pipeline FILE.',
  ],
  async run(args) {
    const { values, positionals } = parse(
      args,
      {
        to: { type: 'string' },
        as: { type: 'string' },
        job: { type: 'string' },
        home: { type: 'string' },
        keep: { type: 'string' },
        threshold: { type: 'string' },
        top: { type: 'string' },
        explain: { type: 'string' },
        resume: { type: 'boolean', default: false },
        watch: { type: 'boolean', default: false },
        'settle-ms': { type: 'string', default: '2000' },
        'skip-bad-rows': { type: 'boolean', default: false },
        pipeline: { type: 'string' },
        engine: { type: 'string' },
        ...outputOptions,
        ...readingFlags,
      },
      { least: 0, most: 2, names: 'MODEL, or --job JOB, and perhaps SOURCE' },
    );
    const { job, to, watch, resume } = values;
    const [named, place] = job === undefined ? positionals : [undefined, ...positionals];
    if (job === undefined && named === undefined) throw new UsageError('expected MODEL or --job JOB, got nothing');
    if (job !== undefined && positionals.length > 1)
      throw new UsageError(`--job takes the place of MODEL, got ${named}`);
    limitNewSpace();
    setOutput(values);
    const format = predictionFormat(values, place);
    const reading = parseReading(values);
    const top = values.top === undefined ? undefined : integerOf('--top', values.top, 1);
    const strongest = values.explain === undefined ? undefined : integerOf('--explain', values.explain, 1);
    if (strongest !== undefined && resume)
      throw new UsageError('--explain compares with the first rows: it does not go with --resume');
    const settleMs = integerOf('--settle-ms', values['settle-ms'], 1);
    const engine = engineNamed(values.engine);
    const say = (line: string) => console.error(`millrace: ${line}`);
    const find = () => (job === undefined ? findCheckpoint(`${named}`, say) : championOf(job, homeOf(values)));
    const open = async (path: string) => {
      const model = await loadNamed(path, values.pipeline, {
        ...(values.threshold !== undefined && { threshold: shareOf('--threshold', values.threshold) }),
        ...(engine && { engine }),
        tell: say,
      });
      if (strongest === undefined) return model;
      const { explainPredictions } = await import('../explain/explainPredictions.ts');
      return explainPredictions(model, strongest);
    };
    let badRowsTold = 0;
    const options: Predicting['options'] = {
      keep: values.keep?.split(',') ?? [],
      ...(top !== undefined && { top }),
      badRows: values['skip-bad-rows'] ? 'skip' : 'fail',
      onBadRow({ file, row, byte, reason }) {
        if (badRowsTold++ < 10)
          say(`left out: ${file}, row ${row}${byte === undefined ? '' : `, byte ${byte}`}: ${reason}`);
      },
      asTheyCome: place === '-',
    };
    const { signal, end } = interruption();
    const onReading = readingOnConsole();
    const began = performance.now();
    try {
      if (watch) {
        const failed = await predictArrivals({
          folder: `${place}`,
          to: `${to}`,
          format: values.as as TableFormat | undefined,
          settleMs,
          find,
          open,
          reading,
          predicting: { options, signal, tell: say },
          onWritten: (file, written, { name, step, hash }) =>
            console.log(
              values.json
                ? JSON.stringify({ to: file, ...written, model: { name, step, hash } })
                : `${file}: ${count(written.rows)} rows, by ${name} after ${count(step)} steps (${hash.slice(0, 8)})`,
            ),
          onFailed(file, { message }, failed) {
            say(`${message} ${file} is passed over until it is another one; ${filesOf(failed)} by now.`);
            if (values.json) console.log(JSON.stringify({ from: file, error: message, failed }));
          },
        });
        if (failed > 0) say(`not predicted: ${filesOf(failed)}`);
        return 0;
      }
      const path = await find();
      const model = await open(path);
      const source =
        place === undefined
          ? await ownSource(path, values.pipeline)
          : openForModel(model, place, reading, options.keep);
      const totalRows = to === undefined || source.once ? undefined : await source.rows(signal);
      let rows = 0;
      const predicting: Predicting = {
        model,
        source,
        format,
        options,
        signal,
        tell: say,
        onRows(more) {
          rows += more;
          if (to !== undefined) onReading({ what: 'predicting', rows, totalRows });
        },
      };
      const written = await (to === undefined
        ? predictToStdout(predicting)
        : resume
          ? resumePredictionFile(predicting, to)
          : predictToFile(predicting, to));
      onReading(undefined);
      if (written === 'there already') {
        say(`${to} is there already, and whole: remove it to predict anew`);
        return 0;
      }
      tellOf(written, say);
      if (to === undefined) return 0;
      const seconds = (performance.now() - began) / 1000;
      const { name, step, hash } = model;
      console.log(
        values.json
          ? JSON.stringify({ to, ...written, seconds, model: { name, step, hash } })
          : `${to}: ${count(written.rows)} rows, by ${name} after ${count(step)} steps, in ${seconds.toFixed(1)} s`,
      );
      return 0;
    } catch (error) {
      if (signal.aborted) return 130;
      throw error;
    } finally {
      onReading(undefined);
      end();
    }
  },
};

const filesOf = (files: number) => `${count(files)} file${files === 1 ? '' : 's'}`;

function tellOf({ missing, unseen, badRows }: Written, say: (line: string) => void): void {
  if (missing + unseen > 0) say(`replaced: ${replaced({ missing, unseen })}`);
  if (badRows > 0) say(`left out: ${count(badRows)} row${badRows === 1 ? '' : 's'} that cannot be used`);
}

/** The source of the pipeline, as it is declared. */
async function ownSource(path: string, declared: string | undefined): Promise<Source> {
  const file = declared ?? (await loadSaved(path)).state.file;
  if (file === null)
    throw new UsageError('the model does not name the file of its pipeline: name a SOURCE, or --pipeline FILE');
  return (await importPipeline(file, 'Name a SOURCE, or run it where it was trained')).source;
}

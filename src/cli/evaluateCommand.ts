import { OptionError } from '../errors.ts';
import { count } from '../format/figures.ts';
import { findCheckpoint } from '../model/findCheckpoint.ts';
import { loadSaved } from '../model/savedState.ts';
import { configurePipeline } from '../pipeline/declare/configurePipeline.ts';
import { evaluateModel } from '../pipeline/use/evaluateModel.ts';
import { loadTrained } from '../pipeline/use/loadTrained.ts';
import { shownReading } from '../source/changed.ts';
import { type ReadAlikeOptions, readAlike } from '../source/readAlike.ts';
import type { Source } from '../source/types.ts';
import { type Command, UsageError } from './command.ts';
import { engineNamed } from './engineNamed.ts';
import { importPipeline } from './importPipeline.ts';
import { interruption } from './interruption.ts';
import { limitNewSpace } from './limitNewSpace.ts';
import { outputOptions, readingOnConsole, setOutput } from './output.ts';
import { parse } from './parse.ts';
import { parseReading, readingDetails, readingFlags, readingUsage } from './parseReading.ts';
import { replaced } from './replaced.ts';
import { scoreTable } from './scoreTable.ts';

/** `millrace evaluate`: scores a checkpoint on the rows that were held out, or on another file. */
export const evaluate: Command = {
  usage: `evaluate CHECKPOINT [SOURCE] [--pipeline FILE] [--engine NAME] ${readingUsage} [--json] [--quiet]`,
  summary:
    'scores a checkpoint (of the folder of a run: the latest) on the rows held out from training, or on all rows of SOURCE: a file, a folder or a pattern',
  details: readingDetails,
  async run(args) {
    const { values, positionals } = parse(
      args,
      {
        pipeline: { type: 'string' },
        engine: { type: 'string' },
        ...outputOptions,
        ...readingFlags,
      },
      { least: 1, most: 2, names: 'CHECKPOINT and perhaps SOURCE' },
    );
    const [named, path] = positionals;
    limitNewSpace();
    setOutput(values);
    const engine = engineNamed(values.engine);
    const reading = parseReading(values);
    const flag = Object.keys(readingFlags).find((name) => values[name as keyof typeof readingFlags] !== undefined);
    if (flag !== undefined && path === undefined)
      throw new UsageError(`--${flag} says how a SOURCE is read: name one, or change the source of the pipeline`);
    const checkpoint = await findCheckpoint(named, (line) => console.error(`millrace: ${line}`));
    const { file, settings } = (await loadSaved(checkpoint)).state;
    const declared = values.pipeline ?? file;
    if (declared === null)
      throw new UsageError('the checkpoint does not name the file of its pipeline: add --pipeline FILE');

    const elsewhere = values.pipeline ? undefined : 'Run it where it was trained, or add --pipeline FILE';
    const pipeline = configurePipeline(await importPipeline(declared, elsewhere), settings);
    if (path === undefined && pipeline.split.validation === 0) {
      throw new UsageError(`${declared} holds no rows out for validation: name a SOURCE to evaluate on`);
    }
    if (path !== undefined) checkReading(pipeline.source, path, reading);
    const tell = (line: string) => console.error(`millrace: ${line}`);
    const model = await loadTrained(checkpoint, pipeline, { file: path, reading, engine, tell });
    const { source } = model.pipeline;
    if (model.engine.note && engine) console.error(`millrace: ${model.engine.name} engine. ${model.engine.note}`);
    const { signal, end } = interruption();
    try {
      const { missing, unseen, badRows, ...score } = await evaluateModel(
        model,
        path === undefined ? 'validation' : 'all',
        { signal, onReading: readingOnConsole() },
      );
      if (values.json) {
        console.log(
          JSON.stringify({
            checkpoint,
            source: source.name,
            reading: source.reading ?? null,
            ...score,
            engine: model.engine.name,
            missing,
            unseen,
            badRows,
          }),
        );
        return 0;
      }
      if (checkpoint !== named) console.log(checkpoint);
      console.log(`${source.name}, ${count(score.rows)} rows${path === undefined ? ' held out from training' : ''}`);
      if (path !== undefined && source.reading) console.log(`read as ${shownReading(source.reading)}`);
      console.log('');
      console.log(scoreTable('', score));
      if (missing + unseen > 0) console.log(`\nreplaced: ${replaced({ missing, unseen })}`);
      if (badRows > 0) console.log(`\nleft out: ${count(badRows)} row${badRows === 1 ? '' : 's'} that cannot be used`);
      return 0;
    } catch (error) {
      if (signal.aborted) return 130;
      throw error;
    } finally {
      end();
    }
  },
};

/** A file that nobody knows how to read is wrong use, whatever is in it. */
function checkReading(source: Source, file: string, reading: ReadAlikeOptions): void {
  try {
    readAlike(source, file, reading);
  } catch (error) {
    throw error instanceof OptionError ? new UsageError(error.message) : error;
  }
}

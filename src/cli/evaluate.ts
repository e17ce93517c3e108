import { loadCheckpoint } from '../checkpoint/loadCheckpoint.ts';
import { evaluateModel } from '../model/evaluateModel.ts';
import { loadModel } from '../model/loadModel.ts';
import { configurePipeline } from '../pipeline/configurePipeline.ts';
import type { SavedState } from '../pipeline/runState.ts';
import { type Command, UsageError } from './command.ts';
import { engineNamed } from './engineNamed.ts';
import { count, decimal, table } from './format.ts';
import { importPipeline } from './importPipeline.ts';
import { interruption } from './interruption.ts';
import { limitNewSpace } from './limitNewSpace.ts';
import { parse } from './parse.ts';
import { replaced } from './replaced.ts';
import { sourceOf } from './sourceOf.ts';

/** `millrace evaluate`: scores a checkpoint on the rows that were held out, or on another file. */
export const evaluate: Command = {
  usage: 'evaluate CHECKPOINT [SOURCE] [--pipeline FILE] [--engine NAME] [--json]',
  summary: 'scores a checkpoint on the rows held out from training, or on all rows of the file SOURCE',
  async run(args) {
    const { values, positionals } = parse(
      args,
      { pipeline: { type: 'string' }, engine: { type: 'string' }, json: { type: 'boolean', default: false } },
      { least: 1, most: 2, names: 'CHECKPOINT and perhaps SOURCE' },
    );
    const [checkpoint, path] = positionals;
    limitNewSpace();
    const engine = engineNamed(values.engine);
    const source = path === undefined ? undefined : sourceOf(path);
    const { state } = await loadCheckpoint(checkpoint);
    const { file, settings } = state as unknown as SavedState;
    const declared = values.pipeline ?? file;
    if (declared === null)
      throw new UsageError('the checkpoint does not name the file of its pipeline: add --pipeline FILE');

    const elsewhere = values.pipeline ? undefined : 'Run it where it was trained, or add --pipeline FILE';
    const pipeline = configurePipeline(await importPipeline(declared, elsewhere), settings);
    if (!source && pipeline.split.validation === 0) {
      throw new UsageError(`${declared} holds no rows out for validation: name a SOURCE to evaluate on`);
    }
    const model = await loadModel(checkpoint, pipeline, { source, engine });
    if (model.engine.note && engine) console.error(`millrace: ${model.engine.name} engine. ${model.engine.note}`);
    const { signal, end } = interruption();
    try {
      const { rows, metrics, baseline, missing, unseen, badRows } = await evaluateModel(
        model,
        source ? 'all' : 'validation',
        signal,
      );
      if (values.json) {
        console.log(
          JSON.stringify({
            checkpoint,
            source: model.pipeline.source.name,
            rows,
            metrics,
            baseline,
            engine: model.engine.name,
            missing,
            unseen,
            badRows,
          }),
        );
        return 0;
      }
      console.log(`${model.pipeline.source.name}, ${count(rows)} rows${source ? '' : ' held out from training'}\n`);
      console.log(
        table(
          [
            ['', 'model', 'baseline'],
            ...Object.entries(metrics).map(([name, value]) => [
              name,
              decimal(value),
              name in baseline ? decimal(baseline[name]) : '',
            ]),
          ],
          [1, 2],
        ),
      );
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

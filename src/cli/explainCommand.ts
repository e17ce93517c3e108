import { isDeepStrictEqual } from 'node:util';
import { explain as explainModel } from '../explain/explainModel.ts';
import { findCheckpoint } from '../model/findCheckpoint.ts';
import { loadModel } from '../model/loadModel.ts';
import { loadSaved } from '../model/savedState.ts';
import type { Command } from './command.ts';
import { engineNamed } from './engineNamed.ts';
import { integerOf } from './integerOf.ts';
import { interruption } from './interruption.ts';
import { limitNewSpace } from './limitNewSpace.ts';
import { withFunctions } from './loadNamed.ts';
import { parse } from './parse.ts';
import { parseReading, readingDetails, readingFlags, readingUsage } from './parseReading.ts';
import { renderExplanation } from './renderExplanation.ts';

/** `millrace explain`: what a model relies on, and where it is wrong. */
export const explain: Command = {
  usage: `explain MODEL SOURCE [--rows N] [--repeats N] [--metric NAME] [--groups a+b,...] [--slices COLUMN,...] [--seed N] [--pipeline FILE] [--engine NAME] ${readingUsage} [--json]`,
  summary: 'shows which columns a model relies on, how predictions follow them, and on which rows it is worst',
  details: [
    ...readingDetails,
    'Give rows with labels that the model was not trained on. --rows are drawn at random (5000); each column is dealt to other rows --repeats times (5).',
    '--groups origin+destination deals columns together. --slices divides the rows by columns of the source (by default those of the model).',
    '--json prints all figures, with individual curves and tables that the text leaves out.',
  ],
  async run(args) {
    const { values, positionals } = parse(
      args,
      {
        rows: { type: 'string', default: '5000' },
        repeats: { type: 'string', default: '5' },
        metric: { type: 'string' },
        groups: { type: 'string' },
        slices: { type: 'string' },
        seed: { type: 'string', default: '1' },
        pipeline: { type: 'string' },
        engine: { type: 'string' },
        json: { type: 'boolean', default: false },
        ...readingFlags,
      },
      { least: 2, most: 2, names: 'MODEL and SOURCE' },
    );
    const [named, place] = positionals as [string, string];
    limitNewSpace();
    const tell = (line: string) => console.error(`millrace: ${line}`);
    const engine = engineNamed(values.engine);
    const options = {
      rows: integerOf('--rows', values.rows, 1),
      repeats: integerOf('--repeats', values.repeats, 1),
      seed: integerOf('--seed', values.seed, 0),
      ...(values.metric !== undefined && { metric: values.metric }),
      ...(values.groups !== undefined && { groups: values.groups.split(',').map((group) => group.split('+')) }),
      ...(values.slices !== undefined && { slices: values.slices.split(',') }),
    };
    const reading = parseReading(values);
    const path = await findCheckpoint(named, tell);
    const { signal, end } = interruption();
    try {
      const explanation = await withFunctions(path, values.pipeline, async (pipeline) => {
        const model = await loadModel(path, { ...(pipeline && { pipeline }), ...(engine && { engine }), tell });
        try {
          const source = model.open(place, reading);
          const { fingerprint, split } = (await loadSaved(path)).state;
          const isOwn = isDeepStrictEqual(await source.fingerprint(signal), fingerprint);
          const heldOutBy = isOwn && split && split.validation > 0 ? split : undefined;
          const own = pipeline && { derive: pipeline.derive, metrics: pipeline.metrics };
          const explanation = await explainModel(model, source, {
            ...options,
            ...own,
            ...(heldOutBy && { heldOutBy }),
            signal,
            tell,
          });
          if (heldOutBy)
            tell(`${place} is what the model was trained on: only the rows held out from training are used`);
          else if (isOwn) tell(`${place} is what the model was trained on: on other rows it is not as good`);
          return explanation;
        } finally {
          model.close();
        }
      });
      console.log(values.json ? JSON.stringify(explanation) : renderExplanation(explanation));
      return 0;
    } catch (error) {
      if (signal.aborted) return 130;
      throw error;
    } finally {
      end();
    }
  },
};

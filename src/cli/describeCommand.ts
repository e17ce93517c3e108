import { count } from '../format/figures.ts';
import { describe as describePipeline } from '../pipeline/declare/describe.ts';
import { createLogger } from '../sink/logger.ts';
import type { Command } from './command.ts';
import { importPipeline } from './importPipeline.ts';
import { interruption } from './interruption.ts';
import { outputOptions, readingOnConsole, setOutput } from './output.ts';
import { parse } from './parse.ts';

/** `millrace describe`: the chain of a pipeline, without training it. */
export const describe: Command = {
  usage: 'describe FILE [--json] [--quiet]',
  summary:
    'reads the source once and prints the chain of operators, with schema, shape and parameter count at every arrow',
  async run(args) {
    const { values, positionals } = parse(args, outputOptions, { least: 1, most: 1, names: 'one FILE' });
    setOutput(values);
    const pipeline = await importPipeline(positionals[0]);
    const rows = pipeline.fit ? `the first ${count(pipeline.fit.rows)} rows` : 'all rows';
    createLogger()('info', `reads ${rows} of ${pipeline.source.name} once, for their categories and statistics`);
    const { signal, end } = interruption();
    try {
      const stages = await describePipeline(pipeline, { signal, onReading: readingOnConsole() });
      if (values.json) {
        console.log(JSON.stringify({ name: pipeline.name, stages }));
        return 0;
      }
      console.log(pipeline.name);
      for (const { stage, output, parameters } of stages) {
        console.log(`\n${stage}\n  -> ${output}${parameters > 0 ? `, ${count(parameters)} parameters` : ''}`);
      }
      const total = stages.reduce((sum, { parameters }) => sum + parameters, 0);
      console.log(`\n${count(total)} parameters`);
      return 0;
    } catch (error) {
      if (signal.aborted) return 130;
      throw error;
    } finally {
      end();
    }
  },
};

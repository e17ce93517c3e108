import { describe as describePipeline } from '../pipeline/describe.ts';
import type { Command } from './command.ts';
import { count } from './format.ts';
import { importPipeline } from './importPipeline.ts';
import { parse } from './parse.ts';

/** `millrace describe`: the chain of a pipeline, without training it. */
export const describe: Command = {
  usage: 'describe FILE [--json]',
  summary: 'prints the chain of operators, with schema, shape and parameter count at every arrow',
  async run(args) {
    const { values, positionals } = parse(
      args,
      { json: { type: 'boolean', default: false } },
      { least: 1, most: 1, names: 'one FILE' },
    );
    const pipeline = await importPipeline(positionals[0]);
    const stages = await describePipeline(pipeline);
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
  },
};

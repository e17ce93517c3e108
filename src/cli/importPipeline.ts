import { isJob } from '../job/declare/importJob.ts';
import type { Job } from '../job/types.ts';
import { importDeclaration } from '../pipeline/declare/importDeclaration.ts';
import type { Pipeline } from '../pipeline/declare/pipeline.ts';

/**
 * Imports a file that default-exports `definePipeline({...})`, or the pipeline of one that default-exports `defineJob({...})`.
 *
 * @param hint what to do where there is no such file
 * @throws OptionError where there is no such file, it cannot be imported, or its default export is neither
 */
export async function importPipeline(file: string, hint?: string): Promise<Pipeline> {
  const is = (value: unknown): value is Pipeline | Job => isPipeline(value) || isJob(value);
  const declared = await importDeclaration(file, { noun: 'pipeline', call: 'definePipeline({...})', is, hint });
  return 'pipeline' in declared ? declared.pipeline : declared;
}

function isPipeline(value: unknown): value is Pipeline {
  const pipeline = value as Pipeline | undefined;
  return typeof pipeline?.source?.open === 'function' && Array.isArray(pipeline.network);
}

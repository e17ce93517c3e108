import type { Pipeline } from '../pipeline/definePipeline.ts';
import { importDeclaration } from '../pipeline/importDeclaration.ts';

/**
 * Imports a file that default-exports `definePipeline({...})`.
 *
 * @param hint what to do where there is no such file
 * @throws OptionError where there is no such file, it cannot be imported, or its default export is no pipeline
 */
export function importPipeline(file: string, hint?: string): Promise<Pipeline> {
  return importDeclaration(file, { noun: 'pipeline', call: 'definePipeline({...})', is: isPipeline, hint });
}

function isPipeline(value: unknown): value is Pipeline {
  const pipeline = value as Pipeline | undefined;
  return typeof pipeline?.source?.open === 'function' && Array.isArray(pipeline.network);
}

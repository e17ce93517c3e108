import { createHash } from 'node:crypto';
import { describePipeline } from '../../pipeline/declare/description.ts';
import type { Pipeline } from '../../pipeline/declare/pipeline.ts';

/** sha256 of all that makes a pipeline what it is, in hexadecimal: equal for pipelines that train to the same bits on the same rows. */
export function pipelineHash(pipeline: Pipeline): string {
  return createHash('sha256')
    .update(JSON.stringify(describePipeline(pipeline)))
    .digest('hex');
}

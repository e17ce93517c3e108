import type { Pipeline } from '../../src/index.ts';
import { pipelineOf } from './cases.ts';

/** The cell that a test has put into the environment of this process. */
const pipeline: Pipeline = pipelineOf(JSON.parse(process.env.MATRIX_CELL ?? '{}'), process.env.MATRIX_FOLDER ?? '');

export default pipeline;

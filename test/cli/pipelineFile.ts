import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as millrace from '../../src/index.ts';

const front = new URL('../../src/index.ts', import.meta.url).href;

/** The code of a small pipeline, by option: 200 rows in 12 batches. */
const options = {
  name: `'given'`,
  source: 'memory(rows)',
  features: '{ a: numeric(), b: numeric(), color: oneHot() }',
  target: `binary('late')`,
  split: '{ validation: 0.1 }',
  batch: '16',
  network: '[dense(4), relu(), dense(1)]',
  loss: 'binaryCrossEntropy()',
  optimizer: 'adam({ learningRate: 1e-2 })',
  sinks: '[checkpoint({ everySteps: 2 })]',
  seed: '1',
};

export interface PipelineFile {
  /** The columns of row i, as code; put over `a`, `b`, `color` and `late`. */
  readonly row?: string;
  /** Options, as code; put over those of the small pipeline. */
  readonly options?: Partial<Record<string, string>>;
  /**
   * The name of the file.
   * @default 'pipeline.mjs'
   */
  readonly file?: string;
  /**
   * What `millrace` is imported from.
   * @default src/index.ts
   */
  readonly from?: string;
}

/** Writes the file of a small pipeline into a folder, and returns its path. */
export async function pipelineFile(folder: string, given: PipelineFile = {}): Promise<string> {
  const path = join(folder, given.file ?? 'pipeline.mjs');
  const all = Object.entries({ ...options, ...given.options });
  const text = `import { ${Object.keys(millrace).join(', ')} } from '${given.from ?? front}';
const rows = Array.from({ length: 200 }, (_, i) => ({
  a: Math.sin(i), b: i % 7, color: ['red', 'green', 'blue'][i % 3], late: Math.sin(i) + Math.cos(5 * i) / 2 > 0 ? 1 : 0, ${given.row ?? ''}
}));
export default definePipeline({
${all.map(([key, code]) => `  ${key}: ${code},\n`).join('')}});
`;
  await writeFile(path, text);
  return path;
}

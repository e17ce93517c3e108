import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type Ended, millrace, summaryOf, temporaryFolder } from '../pipeline/run.ts';
import { type PipelineFile, pipelineFile } from './pipelineFile.ts';

async function train(t: ExecutionContext, given: PipelineFile, ...args: readonly string[]): Promise<Ended & { readonly out: string }> {
  const folder = await temporaryFolder(t);
  const file = await pipelineFile(folder, given);
  const out = join(folder, 'out');
  return { ...(await millrace(['train', file, '--json', '--out', out, ...args])), out };
}
const cases: Record<string, [PipelineFile, ...string[]]> = {
  noFile: [{ options: { source: `parquet('/nowhere/x.parquet')` } }],
  missingColumn: [{ options: { features: '{ colour: oneHot(), a: numeric() }' } }],
  wrongType: [{ options: { features: '{ color: numeric() }' } }],
  wrongTarget: [{ options: { target: `binary('color')` } }],
  allNull: [{ row: 'b: null' }],
  allNullCategory: [{ row: 'color: null' }],
  constant: [{ row: 'b: 5' }],
  label2: [{ row: 'late: i === 57 ? 2 : 0' }],
  labelNull: [{ row: 'late: i === 57 ? null : 0' }],
  unseen: [{ row: `color: i % 50 === 49 ? 'rare ' + i : 'red'` }],
  nan: [{ row: 'a: i % 10 === 3 ? NaN : i' }],
  nanError: [{ row: 'a: i % 10 === 3 ? NaN : i', options: { features: `{ a: numeric({ missing: 'error' }) }` } }],
  infinity: [{ row: 'a: i === 3 ? Infinity : i' }],
  batch0: [{ options: { batch: '0' } }],
  setBatch0: [{}, '--set', 'batch=0'],
  setUnknown: [{}, '--set', 'bach=4'],
  setBad: [{}, '--set', 'batch'],
  setLr: [{}, '--set', 'optimizer.learningRate=hello'],
  setShuffle: [{}, '--set', 'shuffle.memoryMB=true'],
  setVal: [{}, '--set', 'split.validation=0.1x'],
  overflow: [{ options: { optimizer: 'sgd({ learningRate: 1e30 })', target: `regression('a')`, loss: 'meanSquaredError()', epochs: '3' } }],
  overflowEmbedding: [{ options: { features: '{a: numeric(), color: embedding(2)}', optimizer: 'sgd({ learningRate: 1e38 })', epochs: '3' } }],
  engine: [{}, '--engine', 'gpu'],
  outputs: [{ options: { network: '[dense(2)]' } }],
  syntax: [{ options: { batch: '16 16' } }],
  throwing: [{ options: { derive: `[derive('x', ['a'], () => { throw new Error('my own') })]`, features: '{x: numeric()}' } }],
  resumeNone: [{}, '--resume'],
  optimizerUnknown: [{}, '--set', 'optimizer.lerningRate=1'],
  noRows: [{ options: { source: 'memory([])' } }],
  missDerive: [{ options: { derive: `[derive('x', ['aa'], (a) => a)]`, features: '{x: numeric()}' } }],
};
for (const [name, [given, ...args]] of Object.entries(cases))
  test(name, async (t) => {
    const { code, stdout, stderr } = await train(t, given, ...args);
    console.log(`## ${name} ${code}\n${stdout}${stderr}`);
    t.pass();
  });
void [readdir, readFile, truncate, writeFile, summaryOf];

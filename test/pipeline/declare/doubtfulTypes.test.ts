import test from 'ava';
import {
  adam,
  binary,
  binaryCrossEntropy,
  csv,
  definePipeline,
  dense,
  derive,
  describe,
  numeric,
  type Pipeline,
  train,
} from '../../../src/index.ts';
import { temporaryFolder } from '../run.ts';

const text = `delay,a\n${Array.from({ length: 60 }, (_, i) => `${i === 7 ? 'NA' : i % 30},${i}\n`).join('')}`;

/** A function takes the strings that a column is told to be of, and compares them as it can. */
function late(types: Parameters<typeof csv>[1] = {}): Pipeline {
  return definePipeline({
    name: 'late',
    source: csv(() => [Buffer.from(text)], types),
    derive: [derive('late', ['delay'], (delay: number) => delay > 15)],
    features: { a: numeric() },
    target: binary('late'),
    batch: 16,
    network: [dense(1)],
    loss: binaryCrossEntropy(),
    optimizer: adam({ learningRate: 1e-2 }),
  });
}

test('a run says of a column that a function reads that it is of strings, and since which value', async (t) => {
  const warnings = async (pipeline: Pipeline) => {
    const lines: string[] = [];
    const log = (level: string, line: string) => {
      if (level === 'warn' && line.includes('delay')) lines.push(line);
    };
    await train({ ...pipeline, epochs: 2 }, { directory: await temporaryFolder(t), log });
    return lines;
  };
  t.deepEqual(await warnings(late()), [
    `csv stream: column delay is read as strings: 59 of 60 values are numbers, "NA" (csv stream, byte ${text.indexOf('NA')}) ` +
      'is not. It mostly stands for no value: give nulls: ["", "NA"]. ' +
      `Give types: { "delay": 'string' } where that is meant.`,
  ]);
  t.deepEqual(await warnings(late({ types: { delay: 'string' } })), []);
});

test('describe says it, too', async (t) => {
  const [open] = await describe(late());
  t.regex(
    open!.output,
    /^delay: Utf8 \(59 of 60 values are numbers, "NA" \(csv stream, byte \d+\) is not\), a: Int64;/,
  );
});

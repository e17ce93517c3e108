import { writeFileSync } from 'node:fs';
import {
  adam,
  badRowFile,
  binary,
  binaryCrossEntropy,
  checkpoint,
  csv,
  definePipeline,
  dense,
  derive,
  ndjsonMetrics,
  numeric,
  oneHot,
  type Pipeline,
  relu,
  type Source,
} from '../../src/index.ts';

/** A row that cannot be used: what stands in its place, and what of its reason must be said. */
interface Dirt {
  readonly text: string | Uint8Array;
  readonly reason: RegExp;
}

/** Each way in which a row of CSV can be bad, in the columns a, b, color, label. */
export const csvDirt: readonly Dirt[] = [
  { text: '1,2,red', reason: /^expected 4 values, one for each column, got 3$/ },
  { text: '1,2,red,1,5', reason: /^expected 4 values, one for each column, got 5$/ },
  { text: 'x,2,red,1', reason: /^column 'a': expected float64, got "x"$/ },
  { text: '1,2,red,yes', reason: /^column 'label': expected int64, got "yes"$/ },
  { text: Buffer.from('1,2,r\xe9d,1', 'latin1'), reason: /^expected text in UTF-8, got bytes that are none/ },
  { text: '1,2,"red"dish,1', reason: /^expected a delimiter or a line end after the quote/ },
  { text: '1,2,red,', reason: /^binary label: expected 0 or 1, false or true, got null$/ },
  { text: '1,2,red,2', reason: /^binary label: expected 0 or 1, false or true, got 2$/ },
  { text: '1,,red,1', reason: /^numeric b: expected a value, got null or NaN$/ },
  { text: '1e999,2,red,1', reason: /^numeric a: expected a number that float32 can hold once scaled, got Infinity$/ },
  { text: '1,2,,0', reason: /^oneHot color: expected a value, got null or NaN$/ },
  { text: '-7,2,red,0', reason: /^derive root: expected the function to give a value, got an error: no root of -7$/ },
];

/** Lines of CSV in which every sixth row is bad, each way in turn; the last one opens a quote that is not closed. */
export function dirtyCsv(rows: number): {
  readonly bytes: Uint8Array;
  readonly bad: readonly (Dirt & { row: number })[];
} {
  const parts: (string | Uint8Array)[] = ['a,b,color,label'];
  const bad: (Dirt & { row: number })[] = [];
  for (let row = 0; row < rows; row++) {
    const dirt = csvDirt[Math.floor(row / 6) % csvDirt.length]!;
    const isLast = row === rows - 3;
    if (isLast) bad.push({ text: '1,2,"red,1', reason: /^expected a quote at the end of the value/, row });
    else if (row % 6 === 4) bad.push({ ...dirt, row });
    const isBad = bad.at(-1)?.row === row;
    const good = `${(row * 37) % 100},${row % 9},${row % 2 ? 'red' : 'blue'},${row % 3 === 0 ? 1 : 0}`;
    parts.push(isBad ? bad.at(-1)!.text : good);
  }
  return { bytes: Buffer.concat(parts.flatMap((part) => [Buffer.from(part), Buffer.from('\n')])), bad };
}

/** Three epochs over rows of which some cannot be used. */
export function dirtyPipeline(source: Source): Pipeline {
  return definePipeline({
    name: 'dirty',
    source,
    badRows: badRowFile('bad.ndjson', { maxShare: 0.5 }),
    derive: [
      derive('root', ['a'], (a: number) => {
        if (a < 0) throw new Error(`no root of ${a}`);
        return Math.sqrt(a);
      }),
    ],
    features: {
      a: numeric(),
      b: numeric({ missing: 'error' }),
      color: oneHot({ missing: 'error' }),
      root: numeric(),
    },
    target: binary('label'),
    split: { validation: 0.3 },
    shuffle: { memoryMB: 0.0011 },
    batch: 8,
    network: [dense(4), relu(), dense(1)],
    loss: binaryCrossEntropy(),
    optimizer: adam({ learningRate: 1e-2 }),
    epochs: 3,
    sinks: [ndjsonMetrics(), checkpoint({ everySteps: 3, keep: 2 })],
    seed: 3,
    reportEverySteps: 2,
  });
}

export const types = { a: 'float64', b: 'float64', color: 'string', label: 'int64' } as const;

export function dirtySource(
  path: string,
  rows = 150,
): { readonly source: Source; readonly bad: ReturnType<typeof dirtyCsv>['bad'] } {
  const { bytes, bad } = dirtyCsv(rows);
  writeFileSync(path, bytes);
  return { source: csv(path, { types, batchRows: 13 }), bad };
}

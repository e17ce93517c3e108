import test from 'ava';
import fc from 'fast-check';
import { decodeSnapshot, encodeSnapshot } from '../../src/checkpoint/snapshotFile.ts';
import { CheckpointError, type Snapshot } from '../../src/index.ts';
import { bytesInUse } from '../flow/collectGarbage.ts';
import { mostWork } from './countWork.ts';
import { mutatedCheckpoint } from './mutateCheckpoint.ts';
import { numberOf } from './numberOf.ts';

/** `npx ava test/faults/checkpointBytes.full.test.ts -- --mutations=100000` */
const mutations = numberOf('mutations', 2000);
const seed = numberOf('seed', 7);

const small: Snapshot = {
  tensors: {
    w: { shape: [2, 2], data: new Float32Array([1.5, -2, 0, 3]) },
    'adam.m': { shape: [4], data: new Float64Array(4) },
    n: { shape: [], data: new Int32Array([7]) },
    bytes: { shape: [3], data: new Uint8Array(3) },
  },
  state: { step: 3, cursor: { rowGroup: 2 }, names: ['a', 'é'], reporter: null },
};

/** What a decoded checkpoint must be, whatever was in the file. */
function assertValid({ tensors, state }: Snapshot): void {
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    const length = shape.reduce((product, size) => product * size, 1);
    if (length !== data.length) throw new Error(`tensor ${name}: [${shape}] with ${data.length} numbers`);
  }
  if (typeof state !== 'object' || state === null || Array.isArray(state)) throw new Error(`state ${state}`);
  if (Object.getPrototypeOf(tensors) !== Object.prototype) throw new Error('tensors with another prototype');
}

/** Decodes; true where it was valid, false where it was refused as it should be. Any other error is the test's. */
function decodes(bytes: Uint8Array): boolean {
  try {
    assertValid(decodeSnapshot(bytes, 'memory'));
    return true;
  } catch (error) {
    if (error instanceof CheckpointError) return false;
    throw error;
  }
}

test(`${mutations} mutations of a checkpoint are valid or a typed error, with work that the bytes bound, and leave no memory behind`, async (t) => {
  t.timeout(3_600_000);
  let valid = 0;
  let refused = 0;
  const encoded = await encodeSnapshot(small);
  const check = (numRuns: number) =>
    mostWork(fc.sample(mutatedCheckpoint(encoded), { seed, numRuns }), (bytes) => {
      if (decodes(bytes)) valid++;
      else refused++;
    });
  await check(300);
  const before = await bytesInUse();
  const { blocksOfByte, heapBytesOfInput } = await check(mutations);
  const grown = ((await bytesInUse()) - before) / 1e6;
  const work = `${blocksOfByte.toFixed(1)} blocks a byte, ${(heapBytesOfInput / 1e3).toFixed(0)} kB a mutation`;
  t.log(`${valid} valid, ${refused} refused, ${work} at most, ${grown.toFixed(2)} MB more`);
  t.true(valid > 0);
  t.true(blocksOfByte < 100 && heapBytesOfInput < 1e6, work);
  t.true(grown < 5, `${grown} MB`);
  t.is(Object.getOwnPropertyNames(Object.prototype).length, 12, 'nothing was added to all objects');
});

import test from 'ava';
import { LetterError } from '../../src/index.ts';
import { createLetterFile } from '../../src/pipeline/badRows/letterFile.ts';
import type { BadRow } from '../../src/types.ts';
import { type FaultyDisk, faults, faultyDisk, losses } from './faultyDisk.ts';

const path = '/runs/houses/1/bad.ndjson';

/** The rows of a record batch, three of them. */
const batch = (index: number): BadRow[] =>
  [0, 1, 2].map((at) => ({
    at,
    file: 'houses.csv',
    row: 100 * index + at,
    byte: 4000 * index + at,
    reason: 'x',
    text: 'ä,"',
  }));
const lineOf = ({ at: _, ...letter }: BadRow) => `${JSON.stringify(letter)}\n`;
const textOf = (batches: number) =>
  Array.from({ length: batches }, (_, index) => batch(index).map(lineOf).join('')).join('');

/** A run's checkpoints, durable one and all: how many record batches it has worked off, and what the letter file had then. */
interface Saved {
  batches: number;
  bytes: number;
}
const batches = 7;

/** A run from its last checkpoint on: a batch a time, and a checkpoint after every second one. */
function go(disk: FaultyDisk, saved: Saved): void {
  const letters = createLetterFile(path, disk.letterDisk);
  letters.cut(saved.bytes);
  try {
    for (let index = saved.batches; index < batches; index++) {
      letters.write(batch(index));
      if (index % 2 === 1) {
        letters.sync();
        [saved.batches, saved.bytes] = [index + 1, letters.bytes];
      }
    }
  } finally {
    letters.close();
  }
}

const operationsOf = (saved: Saved, disk: FaultyDisk) => {
  const before = disk.operations.length;
  go(disk, saved);
  return disk.operations.slice(before);
};

/** A disk with an earlier run's letters, some of them after the last checkpoint. */
function interrupted(): { readonly disk: FaultyDisk; readonly saved: Saved } {
  const disk = faultyDisk();
  const saved = { batches: 0, bytes: 0 };
  const letters = createLetterFile(path, disk.letterDisk);
  for (const index of [0, 1]) letters.write(batch(index));
  letters.sync();
  [saved.batches, saved.bytes] = [2, letters.bytes];
  letters.write(batch(2));
  return { disk, saved };
}

const begins: Readonly<Record<string, () => { readonly disk: FaultyDisk; readonly saved: Saved }>> = {
  'a new run': () => ({ disk: faultyDisk(), saved: { batches: 0, bytes: 0 } }),
  'a resumed run': interrupted,
};

for (const [title, begin] of Object.entries(begins)) {
  for (const fault of faults) {
    test(`${fault}, at each operation of ${title}: what a checkpoint counts on is there, and a resumed run has each letter once`, (t) => {
      const whole = begin();
      const operations = operationsOf(whole.saved, whole.disk);
      t.true(operations.length > 15);
      let states = 0;
      for (const [at, operation] of operations.entries()) {
        const where = `${fault} at ${operation}`;
        /** The run up to its fault, each time anew: looking on changes the disk. */
        const failed = () => {
          const { disk, saved } = begin();
          disk.fail(at, fault);
          try {
            go(disk, saved);
          } catch (error) {
            t.true(error instanceof LetterError, `${where}: ${error}`);
          }
          disk.mend();
          return { disk, saved };
        };
        const { disk, saved } = failed();
        for (let count = 0; count <= disk.pending; count++) {
          for (const loss of losses) {
            const found = Buffer.from(disk.files(count, loss).get(path) ?? []).toString();
            const counted = textOf(saved.batches);
            t.is(counted.length > 0 ? found.slice(0, counted.length) : '', counted, `${where}, ${loss}`);
            states++;
          }
        }
        // The next process finds what the kernel has, and goes on.
        const next = failed();
        go(next.disk, next.saved);
        t.is(Buffer.from(next.disk.files().get(path)!).toString(), textOf(batches), `${where}, then resumed`);
        t.deepEqual(new Set([...next.disk.files(next.disk.pending, 'dropped').keys()]), new Set([path]));
      }
      t.log(`${operations.length} operations, ${states} states after a power failure`);
    });
  }
}

test('writes that take a few bytes each come to the whole', (t) => {
  const disk = faultyDisk();
  const few = {
    ...disk.letterDisk,
    write: (file: number, bytes: Uint8Array) => disk.letterDisk.write(file, bytes.subarray(0, 5)),
  };
  const letters = createLetterFile(path, few);
  letters.write(batch(0));
  letters.close();
  t.is(Buffer.from(disk.files().get(path)!).toString(), textOf(1));
});

test('a disk that takes no byte and says no error is an error', (t) => {
  const stuck = { ...faultyDisk().letterDisk, write: () => 0 };
  const error = t.throws(() => createLetterFile(path, stuck).write(batch(0)), { instanceOf: LetterError });
  t.regex(error.message, /nothing more could be written after 0 of .*Make room on the disk/);
});

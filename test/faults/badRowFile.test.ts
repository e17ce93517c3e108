import test from 'ava';
import { BadRowFileError } from '../../src/index.ts';
import { createBadRowWriter } from '../../src/pipeline/badRows/badRowWriter.ts';
import type { BadRow } from '../../src/source/types.ts';
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
const lineOf = ({ at: _, ...row }: BadRow) => `${JSON.stringify(row)}\n`;
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
  const writer = createBadRowWriter(path, disk.badRowDisk);
  writer.cut(saved.bytes);
  try {
    for (let index = saved.batches; index < batches; index++) {
      writer.write(batch(index));
      if (index % 2 === 1) {
        writer.sync();
        [saved.batches, saved.bytes] = [index + 1, writer.bytes];
      }
    }
  } finally {
    writer.close();
  }
}

const operationsOf = (saved: Saved, disk: FaultyDisk) => {
  const before = disk.operations.length;
  go(disk, saved);
  return disk.operations.slice(before);
};

/** A disk with an earlier run's rows, some of them after the last checkpoint. */
function interrupted(): { readonly disk: FaultyDisk; readonly saved: Saved } {
  const disk = faultyDisk();
  const saved = { batches: 0, bytes: 0 };
  const writer = createBadRowWriter(path, disk.badRowDisk);
  for (const index of [0, 1]) writer.write(batch(index));
  writer.sync();
  [saved.batches, saved.bytes] = [2, writer.bytes];
  writer.write(batch(2));
  return { disk, saved };
}

const begins: Readonly<Record<string, () => { readonly disk: FaultyDisk; readonly saved: Saved }>> = {
  'a new run': () => ({ disk: faultyDisk(), saved: { batches: 0, bytes: 0 } }),
  'a resumed run': interrupted,
};

for (const [title, begin] of Object.entries(begins)) {
  for (const fault of faults) {
    test(`${fault}, at each operation of ${title}: what a checkpoint counts on is there, and a resumed run has each row once`, (t) => {
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
            t.true(error instanceof BadRowFileError, `${where}: ${error}`);
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
    ...disk.badRowDisk,
    write: (file: number, bytes: Uint8Array) => disk.badRowDisk.write(file, bytes.subarray(0, 5)),
  };
  const writer = createBadRowWriter(path, few);
  writer.write(batch(0));
  writer.close();
  t.is(Buffer.from(disk.files().get(path)!).toString(), textOf(1));
});

test('a disk that takes no byte and says no error is an error', (t) => {
  const stuck = { ...faultyDisk().badRowDisk, write: () => 0 };
  const error = t.throws(() => createBadRowWriter(path, stuck).write(batch(0)), { instanceOf: BadRowFileError });
  t.regex(error.message, /nothing more could be written after 0 of .*Make room on the disk/);
});

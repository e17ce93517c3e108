import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import test from 'ava';

/** The rooms of `src` in the order in which data passes through, each with the rooms that it may import from. */
const rooms: Readonly<Record<string, readonly string[]>> = {
  engine: [],
  source: ['engine'],
  flow: [],
  preprocess: ['engine', 'source'],
  batch: ['engine', 'flow', 'preprocess'],
  network: ['engine', 'source'],
  loss: ['engine'],
  optimizer: ['engine', 'source'],
  train: ['engine', 'source', 'network', 'loss', 'optimizer', 'preprocess'],
  checkpoint: ['engine'],
  sink: ['source', 'checkpoint'],
  pipeline: [
    'engine',
    'source',
    'flow',
    'preprocess',
    'batch',
    'network',
    'loss',
    'optimizer',
    'train',
    'checkpoint',
    'sink',
  ],
  model: ['engine', 'source', 'flow', 'preprocess', 'network', 'train', 'checkpoint', 'pipeline'],
  job: [
    'engine',
    'source',
    'flow',
    'preprocess',
    'batch',
    'network',
    'loss',
    'optimizer',
    'train',
    'checkpoint',
    'sink',
    'pipeline',
    'model',
  ],
  cli: ['engine', 'source', 'checkpoint', 'sink', 'pipeline', 'model', 'job'],
};

/** Packages that a room may not know: the mathematics knows nothing of streams and tables. */
const banned: Readonly<Record<string, readonly string[]>> = {
  engine: ['rxjs', 'apache-arrow'],
  network: ['rxjs', 'apache-arrow'],
  loss: ['rxjs', 'apache-arrow'],
  optimizer: ['rxjs', 'apache-arrow'],
};

interface SourceFile {
  readonly path: string;
  /** Undefined for the files that every room may import: types, errors, version. */
  readonly room: string | undefined;
  readonly text: string;
  readonly imports: readonly string[];
}

const paths = await Array.fromAsync(glob('src/**/*.ts', { exclude: ['src/engine/wasm/assembly/**'] }));
const files: readonly SourceFile[] = paths.map((path) => {
  const text = readFileSync(path, 'utf8');
  const imports = [...text.matchAll(/(?:^|\n)(?:import|export)\s[^;]*?from\s+'([^']+)'/g)].map(
    ([, specifier]) => specifier,
  );
  return { path, room: roomOf(path), text, imports };
});

function roomOf(path: string): string | undefined {
  const parts = path.split(sep);
  return parts.length > 2 ? parts[1] : undefined;
}

test('each room of src is in the table', (t) => {
  for (const { path, room } of files) t.true(room === undefined || room in rooms, path);
});

test('rooms import only from the rooms in their row of the table', (t) => {
  for (const { path, room, imports } of files) {
    if (room === undefined) continue;
    for (const specifier of imports.filter((name) => name.startsWith('.'))) {
      const imported = roomOf(join(dirname(path), specifier));
      t.true(
        imported === undefined || imported === room || rooms[room].includes(imported),
        `${path} imports ${specifier}`,
      );
    }
  }
});

test('the table has no way back', (t) => {
  const order = Object.keys(rooms);
  for (const [room, earlier] of Object.entries(rooms)) {
    for (const other of earlier) t.true(order.indexOf(other) < order.indexOf(room), `${room} after ${other}`);
  }
});

test('engine, network, loss and optimizer know neither rxjs nor apache-arrow', (t) => {
  for (const { path, room, imports } of files) {
    for (const name of banned[room ?? ''] ?? []) t.false(imports.includes(name), `${path} imports ${name}`);
  }
});

test('the gate is the only hand-written observable', (t) => {
  const written = files.filter(({ text }) => /new (Observable|Subscriber)\b/.test(text)).map(({ path }) => path);
  t.deepEqual(written, [join('src', 'flow', 'gate.ts')]);
});

test('nothing in src is exported as default', (t) => {
  for (const { path, text } of files) t.notRegex(text, /^export default/m, path);
});

test('no file is over 250 lines without a reason in its head', (t) => {
  for (const { path, text } of files) {
    if (text.split('\n').length > 250) t.regex(text.slice(0, 3000), /Over 250 lines/i, path);
  }
});

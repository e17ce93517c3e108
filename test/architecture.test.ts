import { existsSync, readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import test from 'ava';

/** The rooms of `src` in the order in which data passes through, each with the rooms that it imports from. */
const rooms: Readonly<Record<string, readonly string[]>> = {
  options: [],
  format: [],
  files: [],
  engine: ['options'],
  source: ['options', 'format', 'engine'],
  flow: ['options', 'source'],
  preprocess: ['options', 'engine', 'source'],
  batch: ['options', 'format', 'engine', 'source', 'flow', 'preprocess'],
  network: ['options', 'format', 'engine', 'preprocess'],
  loss: ['options', 'engine'],
  optimizer: ['options', 'engine', 'network'],
  checkpoint: ['options', 'files', 'engine'],
  train: ['options', 'format', 'engine', 'flow', 'preprocess', 'batch', 'network', 'loss', 'optimizer', 'checkpoint'],
  model: ['options', 'engine', 'source', 'preprocess', 'batch', 'network', 'loss', 'checkpoint', 'train'],
  exchange: ['options', 'files', 'engine', 'source', 'preprocess', 'batch', 'network', 'checkpoint', 'train', 'model'],
  sink: ['options', 'format', 'files', 'source', 'flow', 'checkpoint', 'train'],
  pipeline: [
    'options',
    'format',
    'files',
    'engine',
    'source',
    'flow',
    'preprocess',
    'batch',
    'network',
    'loss',
    'optimizer',
    'checkpoint',
    'train',
    'model',
    'sink',
  ],
  inspect: ['options', 'format', 'engine', 'source', 'preprocess'],
  job: [
    'options',
    'format',
    'files',
    'engine',
    'source',
    'flow',
    'preprocess',
    'batch',
    'optimizer',
    'checkpoint',
    'train',
    'model',
    'sink',
    'pipeline',
  ],
  browser: ['engine', 'checkpoint', 'model'],
  explain: ['options', 'engine', 'source', 'preprocess', 'batch', 'train', 'model'],
  serve: ['options', 'format', 'files', 'source', 'preprocess', 'model', 'sink', 'job'],
  report: ['options', 'format', 'files', 'source', 'network', 'train', 'model', 'pipeline', 'explain'],
  laws: ['options', 'engine', 'source', 'preprocess', 'network', 'loss', 'optimizer', 'train', 'sink', 'job'],
  cli: [
    'options',
    'format',
    'files',
    'engine',
    'source',
    'model',
    'exchange',
    'sink',
    'pipeline',
    'job',
    'report',
    'inspect',
    'serve',
    'explain',
  ],
};

/** The rooms of `src/job`, likewise. Every one may import its `types.ts`. */
const jobRooms: Readonly<Record<string, readonly string[]>> = {
  clock: [],
  declare: [],
  store: ['declare'],
  registry: ['store'],
  runs: ['store', 'registry'],
  checks: [],
  rows: [],
  scoring: ['rows'],
  drift: ['checks', 'rows', 'scoring'],
  training: ['declare', 'checks', 'rows', 'scoring', 'drift'],
  worker: ['clock', 'store', 'registry', 'runs', 'training'],
  scheduler: ['clock', 'declare', 'store', 'registry', 'runs', 'training'],
  operations: ['store', 'registry'],
  daemon: ['clock', 'declare', 'store', 'runs', 'worker', 'scheduler', 'operations'],
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
  /** Undefined for the files that stand in no room: those that every room may import, as errors.ts, and the entry points. */
  readonly room: string | undefined;
  /** Of `src/job`; undefined for files elsewhere, and for its `types.ts`. */
  readonly jobRoom: string | undefined;
  readonly text: string;
  readonly imports: readonly string[];
}

const paths = await Array.fromAsync(glob('src/**/*.ts', { exclude: ['src/engine/wasm/assembly/**'] }));
const files: readonly SourceFile[] = paths.map((path) => {
  const text = readFileSync(path, 'utf8');
  return { path, room: roomOf(path), jobRoom: jobRoomOf(path), text, imports: importsOf(text) };
});

/** What a file imports in whatever form: of names or for its effects, as a type, when it is needed, or to start it in a thread or process. */
function importsOf(text: string): readonly string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const forms = /(?:\bfrom\s+|\bimport\s*\(?\s*|\bnew URL\(\s*)'([^']+)'|\bnew URL\(`([^`$]+)\$\{extname\(/g;
  return [...code.matchAll(forms)].map(([, specifier, started]) => specifier ?? `${started}.ts`);
}

function roomOf(path: string): string | undefined {
  const parts = path.split(sep);
  return parts.length > 2 ? parts[1] : undefined;
}

function jobRoomOf(path: string): string | undefined {
  const parts = path.split(sep);
  return parts[1] === 'job' && parts.length > 3 ? parts[2] : undefined;
}

/** Statements, as the database of jobs is asked. */
const sql = /\.(?:query|script)\b\s*[<(]|[`'"]\s*(?:select|insert into|update|delete from|create|alter|drop)\s/i;

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

test('no two files have the same name, but for the nouns of a room and the entry points', (t) => {
  const seen = new Map<string, string>();
  for (const { path, room } of files) {
    const name = basename(path);
    if (room === undefined || name === 'types.ts') continue;
    t.is(seen.get(name), undefined, path);
    seen.set(name, path);
  }
});

test('no room imports an entry point', (t) => {
  const shared = ['errors', 'version', 'brand', 'builtIn', 'json'].map((name) => join('src', `${name}.ts`));
  for (const { path, room, imports } of files) {
    if (room === undefined) continue;
    for (const specifier of imports.filter((name) => /^\..*\.ts$/.test(name))) {
      const imported = join(dirname(path), specifier);
      t.true(roomOf(imported) !== undefined || shared.includes(imported), `${path} imports ${specifier}`);
    }
  }
});

test('what stands in a row of the table is used', (t) => {
  for (const [room, earlier] of Object.entries(rooms)) {
    const used = files
      .filter((file) => file.room === room)
      .flatMap(({ path, imports }) => imports.map((specifier) => roomOf(join(dirname(path), specifier))));
    for (const other of earlier) t.true(used.includes(other), `${room} of ${other}`);
  }
});

test('rooms of jobs import only from the rooms in their row of the table, and use all of them', (t) => {
  const used = new Map<string, Set<string>>(Object.keys(jobRooms).map((room) => [room, new Set()]));
  for (const { path, jobRoom, imports } of files) {
    if (jobRoom === undefined) continue;
    t.true(jobRoom in jobRooms, path);
    for (const specifier of imports.filter((name) => name.startsWith('.'))) {
      const imported = jobRoomOf(join(dirname(path), specifier));
      if (imported === undefined || imported === jobRoom) continue;
      used.get(jobRoom)?.add(imported);
      t.true(jobRooms[jobRoom].includes(imported), `${path} imports ${specifier}`);
    }
  }
  for (const [room, earlier] of Object.entries(jobRooms)) {
    for (const other of earlier) t.true(used.get(room)?.has(other), `${room} of ${other}`);
  }
});

test('the database of jobs is asked in its room alone', (t) => {
  for (const { path, room, jobRoom, text } of files) {
    if (jobRoom !== 'store' && (room === 'job' || room === 'cli')) t.notRegex(text, sql, path);
  }
  const asking = files.filter(({ jobRoom, text }) => jobRoom === 'store' && sql.test(text));
  t.true(asking.length > 10);
});

test('what is imported is there', (t) => {
  for (const { path, imports } of files) {
    for (const name of imports.filter((each) => /^\.{1,2}\/.*\.ts$/.test(each))) {
      t.true(existsSync(join(dirname(path), name)), `${path}: ${name}`);
    }
  }
});

test('every form of import is seen', (t) => {
  const text = [
    "import { a } from './a.ts';",
    "import type { B } from './b.ts';",
    "import './c.ts';",
    "export { d } from './d.ts';",
    "const e = await import('./e.ts');",
    "new Worker(new URL('./f.ts', import.meta.url));",
    "let g: import('./g.ts').G;",
    `fork(new URL(\`./h\${extname(import.meta.url)}\`, import.meta.url));`,
    "// import './not.ts';",
  ].join('\n');
  t.deepEqual(
    importsOf(text),
    ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => `./${name}.ts`),
  );
});

test('the tables have no way back', (t) => {
  for (const table of [rooms, jobRooms]) {
    const order = Object.keys(table);
    for (const [room, earlier] of Object.entries(table)) {
      for (const other of earlier) t.true(order.indexOf(other) < order.indexOf(room), `${room} after ${other}`);
    }
  }
});

test('engine, network, loss and optimizer know neither rxjs nor apache-arrow', (t) => {
  for (const { path, room, imports } of files) {
    for (const name of banned[room ?? ''] ?? []) t.false(imports.includes(name), `${path} imports ${name}`);
  }
});

test('the mathematics knows no Arrow even by type', (t) => {
  const importsAt = new Map(files.map(({ path, imports }) => [path, imports]));
  for (const { path, room } of files) {
    if (room === undefined || !(room in banned)) continue;
    const reached = [path];
    for (const at of reached) {
      for (const name of importsAt.get(at) ?? []) {
        t.not(name, 'apache-arrow', `${path}, through ${at}`);
        const next = join(dirname(at), name);
        if (name.startsWith('.') && !reached.includes(next)) reached.push(next);
      }
    }
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

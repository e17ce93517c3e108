import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import {
  adam,
  binary,
  binaryCrossEntropy,
  classes,
  crossEntropy,
  DataError,
  definePipeline,
  dense,
  memory,
  oneHot,
  type PipelineOptions,
  type Sink,
} from '../../../src/index.ts';
import { trainJob } from '../../../src/job/training/trainJob.ts';
import type { KnownVersion } from '../../../src/job/types.ts';
import { defineJob, improves, type Job, manual, newRows } from '../../../src/jobs.ts';
import {
  createGate,
  loadCheckpoint,
  randomSequence,
  type SplitRule,
  saveCheckpoint,
  splitRows,
} from '../../../src/operators.ts';
import { temporaryFolder } from '../../pipeline/run.ts';
import { type Trained, trained } from './answerHere.ts';

const hourMs = 3_600_000;
const random = randomSequence(5, 'data');

/** Rows of an hour apart, of a hundred cities: the more rows there are, the more cities repeat too often for their rows to stay together. */
function feed(count: number) {
  return Array.from({ length: count }, (_, id) => {
    const city = `city ${Math.floor(100 * (random(id) / 2 ** 32) ** 3)}`;
    // A weight says which row it is: it has no part in the split.
    return { time: new Date(id * hourMs), city, y: random(id + 2e6) % 2, tag: id + 1 };
  });
}

type Row = ReturnType<typeof feed>[number];

interface Asked {
  readonly folder: string;
  readonly run: number;
  readonly rows: readonly Row[];
  readonly champions?: readonly KnownVersion[];
  readonly start?: Job['start'];
  readonly more?: Partial<PipelineOptions>;
  readonly checks?: Job['checks'];
}

interface Answered {
  readonly result: Trained;
  readonly notes: readonly string[];
  /** The rows that were trained on, by their tags. */
  readonly seen: ReadonlySet<number>;
  readonly version: KnownVersion;
}

async function ask({
  folder,
  run,
  rows,
  champions = [],
  start = 'warm',
  more = {},
  checks = [improves('auc', { tolerance: 1 })],
}: Asked): Promise<Answered> {
  const seen = new Set<number>();
  const spy: Sink = {
    name: 'spy',
    onError: 'stop',
    open: () => ({
      write(event) {
        if (event.kind === 'step') for (let i = 0; i < event.n; i++) seen.add(event.weights![i]!);
      },
      close() {},
    }),
  };
  const job = defineJob({
    name: 'rules',
    pipeline: definePipeline({
      name: 'rules',
      source: memory([...rows], { batchRows: 100 }),
      features: { city: oneHot() },
      target: binary('y'),
      weight: 'tag',
      split: { validation: 0.3 },
      batch: 32,
      network: [dense(1)],
      loss: binaryCrossEntropy(),
      optimizer: adam({ learningRate: 1e-6 }),
      sinks: [spy],
      seed: 9,
      ...more,
    }),
    schedule: manual(),
    data: newRows({ by: 'time', window: { days: 1000 } }),
    start,
    checks,
  });
  const directory = join(folder, `${run}`);
  const notes: string[] = [];
  const result = await trainJob(
    job,
    {
      kind: 'train',
      jobFile: '',
      job: 'rules',
      runId: run,
      directory,
      dueAt: rows.length * hourMs,
      watermark: null,
      champions,
    },
    {
      signal: new AbortController().signal,
      send: (message) => void (message.kind === 'note' && notes.push(message.text)),
    },
  );
  if (result.kind === 'interrupted') throw new Error('interrupted');
  const answer = trained({ last: { kind: 'result', result } });
  return { result: answer, notes, seen, version: { version: run, path: join(directory, answer.checkpoint) } };
}

const splitOf = async ({ path }: KnownVersion) => (await loadCheckpoint(path)).state.split as unknown as SplitRule;

/** The tags of the rows that all rules hold out. */
async function heldOut(rows: readonly Row[], rules: readonly SplitRule[]): Promise<Set<number>> {
  const sides = await Promise.all(
    rules.map(async (rule) => {
      const tags = new Set<number>();
      await createGate()
        .open(memory([...rows]))
        .pipe(splitRows({ ...rule, side: 'validation' }))
        .forEach(({ records, selected }) => {
          for (const row of selected!) tags.add(records.getChild('tag')!.get(row));
        });
      return tags;
    }),
  );
  return sides.reduce((a, b) => a.intersection(b));
}

/** A checkpoint as it was before rules were written down: rows were held out by all columns that are read, and by the run's seed. */
async function asBefore(t: ExecutionContext, { path }: KnownVersion): Promise<string> {
  const { tensors, state } = await loadCheckpoint(path);
  const { split: _, splitsBefore: __, warnings: ___, pipeline, ...rest } = state;
  const old = await temporaryFolder(t);
  const described = { ...(pipeline as object), split: { validation: 0.3 } };
  return saveCheckpoint(old, { tensors, state: { ...rest, pipeline: described } }, { step: 1 });
}

const before: SplitRule = { validation: 0.3, seed: 9, by: ['city', 'y', 'tag'] };

test('a champion of before rules were written down is compared with on rows that neither was trained on, until training begins from scratch', async (t) => {
  const folder = await temporaryFolder(t);
  const rows = feed(2000);
  const first = await ask({ folder, run: 0, rows, more: { split: { validation: 0.3, seed: 9, by: [...before.by] } } });
  const old = { version: 0, path: await asBefore(t, first.version) };

  const warm = await ask({ folder, run: 1, rows, champions: [old] });
  const now = await splitOf(warm.version);
  t.deepEqual(now.by, ['city']);
  const both = await heldOut(rows, [before, now]);
  t.true(both.size > 80 && both.size < 400, `${both.size}`);
  t.deepEqual(warm.result.start, { kind: 'warm', version: 0 });
  t.deepEqual([warm.result.candidate.rows, warm.result.champion!.scores.rows], [both.size, both.size]);
  t.deepEqual(
    [...both].filter((tag) => first.seen.has(tag) || warm.seen.has(tag)),
    [],
  );
  t.regex(
    warm.notes.join('\n'),
    /safetensors held other rows out: it may have been trained on rows that are held out now/,
  );
  t.regex(
    warm.notes.join('\n'),
    new RegExp(`version 0 held other rows out: both models are scored on the ${both.size} rows`),
  );

  // What it knows came from there: so it is with the next.
  const next = await ask({ folder, run: 2, rows, champions: [warm.version] });
  t.is(next.result.candidate.rows, both.size);
  t.deepEqual(await splitOf(next.version), now);

  // From scratch there are no such rows, but the champion has seen some.
  const scratch = await ask({ folder, run: 3, rows, champions: [old], start: 'scratch' });
  t.is(scratch.result.candidate.rows, both.size);
  const then = await ask({ folder, run: 4, rows, champions: [scratch.version] });
  t.is(then.result.candidate.rows, (await heldOut(rows, [now])).size);
  t.deepEqual(
    then.notes.filter((note) => /held other rows out|scored on/.test(note)),
    [],
  );
});

test('a change of the split is compared over rows that are held out by both, nested shares by the lesser', async (t) => {
  const folder = await temporaryFolder(t);
  const rows = feed(2000);
  const first = await ask({ folder, run: 0, rows });
  const rule = await splitOf(first.version);
  const lesser = await ask({ folder, run: 1, rows, champions: [first.version], more: { split: { validation: 0.1 } } });
  t.deepEqual(await splitOf(lesser.version), { ...rule, validation: 0.1 });
  const inBoth = await heldOut(rows, [{ ...rule, validation: 0.1 }]);
  t.is(lesser.result.candidate.rows, inBoth.size);
  t.deepEqual(
    [...inBoth].filter((tag) => first.seen.has(tag)),
    [],
  );
  const other = await ask({
    folder,
    run: 2,
    rows,
    champions: [first.version],
    more: { split: { validation: 0.3, seed: 1 } },
  });
  const rules = [rule, await splitOf(other.version)];
  t.is(other.result.candidate.rows, (await heldOut(rows, rules)).size);
});

test('a champion that has seen all rows is none to compare with: the candidate is scored alone, and does not take over by itself', async (t) => {
  const folder = await temporaryFolder(t);
  const rows = feed(1000);
  const all = await ask({ folder, run: 0, rows, more: { split: { validation: 0 } }, checks: [] });
  t.is(all.seen.size, 1000);
  const scratch = await ask({ folder, run: 1, rows, champions: [all.version], start: 'scratch' });
  t.is(scratch.result.champion, null);
  t.false(scratch.result.verdict.passed);
  t.regex(
    scratch.result.verdict.checks[0]!.reason,
    /^version 0 cannot be compared with, .*no row is held out from both/,
  );
  t.is(scratch.result.candidate.rows, 1000 - scratch.seen.size);
  // What begins from it has seen them, too.
  const warm = await ask({ folder, run: 2, rows, champions: [all.version] });
  t.is(warm.result.candidate.rows, 0);
  t.false(warm.result.verdict.passed);
  t.regex(
    warm.notes.join('\n'),
    /no row is held out from the model and from those that it began from: train from scratch/,
  );
});

test('a champion whose rows cannot be told any more is none to compare with', async (t) => {
  const folder = await temporaryFolder(t);
  const rows = feed(2000);
  const first = await ask({ folder, run: 0, rows });
  const { repeats } = await splitOf(first.version);
  t.deepEqual(repeats!.by, ['time']);
  const { path } = first.version;
  const { tensors, state } = await loadCheckpoint(path);
  const split = { ...(state.split as object), repeats: { ...repeats!, by: ['ticket'] } };
  const gone = await saveCheckpoint(join(folder, 'gone'), { tensors, state: { ...state, split } }, { step: 1 });
  const { result } = await ask({ folder, run: 1, rows, champions: [{ version: 0, path: gone }] });
  t.deepEqual(result.start, { kind: 'scratch' });
  t.regex(result.verdict.checks[0]!.reason, /told apart by ticket, which is not there any more/);
});

test('rows that were ever trained on are never scored on, while more and more rows repeat too often to stay together', async (t) => {
  const folder = await temporaryFolder(t);
  const rows = feed(3000);
  /** What the parameters of each version have seen. */
  const trainedOn = new Map<number, ReadonlySet<number>>();
  const splits: string[] = [];
  let champion: Answered | undefined;
  let scored = 0;
  for (let run = 0; run < 12; run++) {
    const there = rows.slice(0, 250 * (run + 1));
    const start = run % 3 === 0 ? 'scratch' : 'warm';
    const answer: Answered = await ask({
      folder,
      run,
      rows: there,
      start,
      champions: champion ? [champion.version] : [],
    });
    const from = start === 'warm' && champion ? trainedOn.get(champion.version.version)! : [];
    trainedOn.set(run, new Set([...from, ...answer.seen]));
    const both = [trainedOn.get(run)!, ...(champion ? [trainedOn.get(champion.version.version)!] : [])];
    const rules = await Promise.all([answer, ...(champion ? [champion] : [])].map(({ version }) => splitOf(version)));
    const held = await heldOut(there, rules);
    t.is(answer.result.candidate.rows, held.size, `run ${run}`);
    for (const seen of both) t.is(held.intersection(seen).size, 0, `run ${run}`);
    scored += held.size;
    splits.push(JSON.stringify((await splitOf(answer.version)).repeats ?? null));
    champion = answer;
  }
  t.true(new Set(splits).size > 2, 'what is told apart has changed');
  t.true(scored > 2000, `${scored}`);
});

test('a class that comes with later rows, or is held out alone, is named with the names that mend it', async (t) => {
  const folder = await temporaryFolder(t);
  const rows = feed(600);
  const more: Partial<PipelineOptions> = { target: classes('kind'), network: [dense(2)], loss: crossEntropy() };
  const kinds = (of: (row: Row) => string) => rows.map((row) => ({ ...row, kind: of(row) }));
  const two = kinds(({ y }) => (y ? 'x' : 'y'));
  const checks = [improves('accuracy', { tolerance: 1 })];
  const { version } = await ask({ folder, run: 0, rows: two, more, checks });
  const hint = /Name all classes: classes\('kind', { names: \['x', 'y', 'z'\] }\)/;
  const held = await heldOut(two, [await splitOf(version)]);
  const alone = kinds(({ tag, y }) => (tag === [...held][0] ? 'z' : y ? 'x' : 'y'));
  for (const [run, start] of ['scratch', 'warm'].entries()) {
    const asked = {
      folder,
      run: run + 1,
      rows: alone,
      more,
      checks,
      champions: [version],
      start: start as Job['start'],
    };
    await t.throwsAsync(ask(asked), { instanceOf: DataError, message: hint }, start);
  }
  // Where the candidate knows it, the champion does not.
  const others = kinds(({ y }) => (y ? 'z' : 'y'));
  const asked = { folder, run: 3, rows: others, more, checks, champions: [version], start: 'scratch' } as const;
  await t.throwsAsync(ask(asked), { instanceOf: DataError, message: hint });
});

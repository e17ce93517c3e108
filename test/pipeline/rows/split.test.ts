import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { createGate } from '../../../src/flow/gate.ts';
import {
  type Batch,
  classes,
  configurePipeline,
  crossEntropy,
  csv,
  DataError,
  dense,
  derive,
  describe,
  earlyStopping,
  files,
  limit,
  memory,
  numeric,
  onPlateau,
  type Pipeline,
  type Source,
  sgd,
  skipRows,
  train,
  watch,
} from '../../../src/index.ts';
import {
  evaluateModel,
  loadCheckpoint,
  loadTrained,
  randomSequence,
  type SplitRule,
  saveCheckpoint,
  splitRows,
} from '../../../src/operators.ts';
import { createBadRows } from '../../../src/pipeline/badRows/badRows.ts';
import { columnsToRead } from '../../../src/pipeline/rows/columnsToRead.ts';
import { fitPipeline } from '../../../src/pipeline/run/fit.ts';
import { millrace, stoppedAt, summaryOf, temporaryFolder } from '../run.ts';
import small, { rows } from '../small.ts';
import lives, { nameless, titanic } from '../titanic.ts';

/** What a run finds out before it trains. */
async function fitted(pipeline: Pipeline) {
  const { badRows: policy, source } = pipeline;
  const badRows = createBadRows({ policy, source: source.name });
  return fitPipeline(pipeline, { gate: createGate(), columns: await columnsToRead(pipeline), badRows });
}

/** The numbers of the rows that a rule holds out, through the stream. */
async function heldOut(source: Source, rule: SplitRule): Promise<number[]> {
  const held: number[] = [];
  let before = 0;
  await createGate()
    .open(source)
    .pipe(splitRows({ ...rule, side: 'validation' }))
    .forEach(({ records, selected }: Batch) => {
      for (const row of selected!) held.push(before + row);
      before += records.numRows;
    });
  return held;
}

/** How far a number of held-out rows is from what was asked for, in standard deviations of chance. */
const deviations = (held: number, rows: number, share: number) =>
  Math.abs(held - share * rows) / Math.sqrt(rows * share * (1 - share));

test('a few different rows that repeat are told apart by a column that is not read: the share and the labels are as asked', async (t) => {
  for (const seed of [0, 1, 2, 3, 4, 5, 6, 7]) {
    const pipeline = { ...lives, split: { validation: 0.2, seed } };
    const { split, heldOutRows, trainingRows, columns, warnings } = await fitted(pipeline);
    t.deepEqual(split.by.toSorted(), ['age', 'level', 'sex']);
    t.deepEqual(split.repeats?.by, ['id']);
    t.deepEqual(split.repeats?.places, []);
    t.is(heldOutRows + trainingRows!, 2201);
    t.true(deviations(heldOutRows, 2201, 0.2) < 3.5, `${heldOutRows} rows, seed ${seed}`);
    const held = await heldOut(pipeline.source, split);
    t.is(held.length, heldOutRows);
    // 711 of 2,201 lived.
    const lived = held.filter((row) => titanic[row]!.survived === 'Yes').length;
    t.true(deviations(lived, held.length, 711 / 2201) < 3.5, `${lived} of ${held.length} lived, seed ${seed}`);
    t.deepEqual(columns, ['id', 'level', 'sex', 'age', 'survived']);
    t.is(warnings.length, 1);
    t.regex(
      warnings[0]!,
      /^split: 21\d\d rows are equal in level, sex, age to so many others, up to 862, .* told apart by id, so that such rows are on both sides/,
    );
    // Those that are few stay together.
    const few = (row: (typeof titanic)[number]) => row.age === 'Child' && row.level === '2nd' && row.sex === 'Male';
    t.true([0, 11].includes(held.filter((row) => few(titanic[row]!)).length));
  }
});

test('without such a column by the place of the row, which is the same in another file with more rows', async (t) => {
  const folder = await temporaryFolder(t);
  const text = (rows: typeof nameless) =>
    `level,sex,age,survived\n${rows.map(({ level, sex, age, survived }) => `${level},${sex},${age},${survived}\n`).join('')}`;
  const at = async (name: string, rows: typeof nameless) => {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, 'rows.csv'), text(rows));
    return csv(join(folder, name, 'rows.csv'), { batchRows: 177 });
  };
  const [some, all] = [await at('some', nameless.slice(0, 2000)), await at('all', nameless)];
  const [first, later] = await Promise.all([some, all].map((source) => fitted({ ...lives, source })));
  t.deepEqual(first!.split.repeats!.by, []);
  t.regex(first!.warnings[0]!, /told apart by their places in the source/);
  t.true(deviations(later!.heldOutRows, 2201, 0.2) < 3.5);
  t.deepEqual(first!.split, later!.split);
  const held = await heldOut(all, later!.split);
  t.deepEqual(
    await heldOut(some, first!.split),
    held.filter((row) => row < 2000),
  );
  // In many files it is the place in each.
  const paths = ['some', 'all'].map((name) => join(folder, name, 'rows.csv'));
  const both = await heldOut(files(paths, csv), later!.split);
  t.deepEqual(
    both.filter((row) => row >= 2000).map((row) => row - 2000),
    held,
  );
});

test('a value that is missing in a fifth of the rows does not decide on their side', async (t) => {
  const random = randomSequence(6, 'data');
  const data = Array.from({ length: 2000 }, (_, i) => ({
    a: i % 5 === 0 ? null : random(i) / 2 ** 32,
    y: random(i + 2000) % 2,
  }));
  const { derive: _, ...rest } = small;
  const pipeline: Pipeline = {
    ...rest,
    derive: [],
    source: memory(data),
    features: { a: numeric({ missing: 'indicator' }) },
    target: { ...small.target, column: 'y' },
  };
  const { split, heldOutRows } = await fitted(pipeline);
  t.true(deviations(heldOutRows, 2000, 0.2) < 3.5, `${heldOutRows}`);
  const missing = (await heldOut(pipeline.source, split)).filter((row) => row % 5 === 0);
  t.true(deviations(missing.length, 400, 0.2) < 3.5, `${missing.length} of 400`);
  const ones = missing.filter((row) => data[row]!.y === 1).length;
  t.true(deviations(ones, missing.length, 0.5) < 3.5, `${ones} of ${missing.length}`);
  t.is(split.repeats!.rows.length, 1);
});

test('equal rows stay together where they are few, whatever their labels', async (t) => {
  // Each row five times, with either label.
  const data = Array.from({ length: 5 }, (_, k) => rows(200).map((row) => ({ ...row, score: k % 2 ? 1 : -1 }))).flat();
  const source = memory(data, { batchRows: 64 });
  const { split, warnings } = await fitted({ ...small, source });
  t.is(split.repeats, undefined);
  t.deepEqual(warnings, []);
  const held = new Set(await heldOut(source, split));
  for (let row = 0; row < 200; row++) {
    t.is(new Set([0, 1, 2, 3, 4].map((k) => held.has(row + 200 * k))).size, 1, `row ${row}`);
  }
});

test('who is held out does not depend on the seed of the run, only on that of the split', async (t) => {
  const held = async (settings: Readonly<Record<string, number>>) => {
    const { checkpoint } = await train(configurePipeline({ ...small, epochs: 1 }, settings), {
      directory: await temporaryFolder(t),
    });
    const { state } = await loadCheckpoint(checkpoint!);
    return heldOut(small.source, state.split as unknown as SplitRule);
  };
  const plain = await held({});
  t.deepEqual(await held({ seed: 77 }), plain);
  t.deepEqual(await held({ 'split.seed': 6 }), plain);
  t.notDeepEqual(await held({ 'split.seed': 1 }), plain);
  t.throws(() => configurePipeline(small, { 'split.seed': 0.5 }), { message: /split.seed: expected an integer/ });
});

test('split.by keeps its rows together, however many they are, and the share that comes of it is said', async (t) => {
  const by = ['level'];
  const { split, heldOutRows, warnings } = await fitted({ ...lives, split: { validation: 0.2, by } });
  t.deepEqual(split, { validation: 0.2, seed: 0, by });
  t.true([0, 285, 325, 706, 885].includes(heldOutRows), `${heldOutRows}`);
  const seeds = await Promise.all(
    Array.from({ length: 12 }, (_, seed) => fitted({ ...lives, split: { validation: 0.2, by, seed } })),
  );
  const sayings = seeds.map(({ heldOutRows, warnings }) => [heldOutRows, warnings[0] ?? ''] as const);
  const off = sayings.find(([held]) => held === 885)!;
  t.is(
    off[1],
    'split: 885 of 2201 rows are held out, 40.2 % where 20 % were asked for: rows that are equal in level stay together, and there are few different ones',
  );
  const none = sayings.find(([held]) => held === 0)!;
  t.regex(none[1], /^split: none of 2201 rows is held out/);
  t.true(warnings.length <= 1);
});

/** A run on rows that repeat, stopped after each of some steps and resumed. */
async function assertResumes(t: ExecutionContext, pipeline: Pipeline, steps: readonly number[]) {
  const told = ({
    parametersSha256,
    rows,
    loss,
    validation,
    validationRows,
    warnings,
  }: Awaited<ReturnType<typeof train>>) => ({
    parametersSha256,
    rows,
    loss,
    validation,
    validationRows,
    warnings,
  });
  const directory = await temporaryFolder(t);
  const whole = await train(pipeline, { directory });
  t.true(whole.warnings.length > 0);
  for (const step of steps) {
    const directory = await temporaryFolder(t);
    const { pipeline: stopped, signal } = stoppedAt(pipeline, step);
    await train(stopped, { directory, signal });
    t.deepEqual(told(await train(pipeline, { directory, resume: true })), told(whole), `after step ${step}`);
  }
  const model = await loadTrained(whole.checkpoint!, pipeline);
  const { rows, metrics } = await evaluateModel(model, 'validation');
  t.deepEqual({ rows, metrics }, { rows: whole.validationRows, metrics: whole.validation });
  return told(whole);
}

test('a run that tells rows apart goes on after a break with the same rows to the same bits, and so does its evaluation', async (t) => {
  for (const data of [titanic, nameless]) {
    const pipeline = { ...lives, source: memory(data, { batchRows: 300 }) };
    const kept = await assertResumes(t, pipeline, [1, 13, 28, 29, 50]);
    // In windows, so that rows are read in every epoch, from the middle of the source on; dealt to disk; not kept since some may be left out.
    await assertResumes(t, { ...pipeline, shuffle: { memoryMB: 0.02 } }, [3, 11, 30, 47]);
    await assertResumes(t, { ...pipeline, shuffle: { memoryMB: 0.02, spill: true } }, [3, 30]);
    const read = await assertResumes(t, { ...pipeline, badRows: skipRows() }, [13, 40]);
    t.deepEqual(read, kept);
  }
});

test('the first rows decide where only they are fitted on, and in a stream that is read once', async (t) => {
  const { split } = await fitted({ ...lives, fit: { rows: 1500 } });
  t.deepEqual(split, (await fitted({ ...lives, source: limit(lives.source, 1500) })).split);
  // Of a stream the columns that nobody reads are not there for another look.
  function* stream() {
    yield* titanic;
  }
  const once = { ...lives, source: memory(stream()), fit: { rows: 1500 }, epochs: 1 };
  const { validationRows, warnings, rows } = await train(once, { directory: await temporaryFolder(t) });
  t.regex(warnings[0]!, /told apart by their places/);
  t.true(deviations(validationRows, 1500, 0.2) < 3.5, `${validationRows}`);
  t.true(deviations(2201 - rows, 2201, 0.2) < 3.5, `${rows}`);
});

test('over files that arrive without an end rows are told apart by their places, over a break too', async (t) => {
  const folder = await temporaryFolder(t);
  for (const [number, from] of [0, 800, 1500].entries()) {
    const lines = nameless.slice(from, [800, 1500, 2201][number]).map((row) => `${Object.values(row).join()}\n`);
    await writeFile(join(folder, `${number}.csv`), `level,sex,age,survived\n${lines.join('')}`);
  }
  const source = watch(folder, (path) => csv(path, { batchRows: 170 }), { pattern: '*.csv', pollMs: 5, settleMs: 20 });
  const endless = {
    source,
    fit: { rows: 1500 },
    shuffle: { memoryMB: 0.01 },
    epochs: 1,
    validateEverySteps: 7,
  } as const;
  const at = async (step: number, directory: string, resume = false) => {
    const { pipeline, signal } = stoppedAt({ ...lives, ...endless }, step);
    return train(pipeline, { directory, signal, resume });
  };
  const whole = await at(22, await temporaryFolder(t));
  t.regex(whole.warnings[0]!, /told apart by their places/);
  t.true(deviations(whole.validationRows, 1500, 0.2) < 3.5, `${whole.validationRows}`);
  for (const step of [3, 20]) {
    const directory = await temporaryFolder(t);
    await at(step, directory);
    const { parametersSha256, validation } = await at(22, directory, true);
    t.deepEqual(
      { parametersSha256, validation },
      { parametersSha256: whole.parametersSha256, validation: whole.validation },
    );
  }
});

test('a run of before rules were written down goes on with the rows that it held out, and is scored on them', async (t) => {
  // As it was: all columns that are read, the label's among them, and the seed of the run.
  const before = { validation: 0.2, seed: small.seed, by: ['a', 'b', 'color', 'city', 'score'] };
  const { split: _, ...rest } = small;
  const then = { ...rest, split: before };
  const [whole, directory] = [await train(then, { directory: await temporaryFolder(t) }), await temporaryFolder(t)];
  const { pipeline, signal } = stoppedAt(then, 13);
  const { checkpoint } = await train(pipeline, { directory, signal });
  const { tensors, state } = await loadCheckpoint(checkpoint!);
  const { split: __, splitsBefore: ___, warnings: ____, ...old } = state;
  const described = { ...(state.pipeline as object), split: { validation: 0.2 } };
  await saveCheckpoint(
    join(directory, 'checkpoints'),
    { tensors, state: { ...old, pipeline: described } },
    { step: 13 },
  );
  const now = { ...rest, split: { validation: 0.2 } };
  const resumed = await train(now, { directory, resume: true });
  t.deepEqual(
    [resumed.parametersSha256, resumed.validation, resumed.validationRows],
    [whole.parametersSha256, whole.validation, whole.validationRows],
  );
  t.not((await train(now, { directory: await temporaryFolder(t) })).validationRows, 0);
  const scored = await evaluateModel(await loadTrained(resumed.checkpoint!, now), 'validation');
  t.deepEqual([scored.rows, scored.metrics], [whole.validationRows, whole.validation]);
});

test('a column that nobody reads and that cannot be read tells no rows apart, and leaves none out', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'rows.csv');
  const line = ({ id, level, sex, age, survived }: (typeof titanic)[number]) =>
    `${id === 2000 ? 'x' : id},${level},${sex},${age},${survived}\n`;
  await writeFile(path, `id,level,sex,age,survived\n${titanic.map(line).join('')}`);
  const source = csv(path, { types: { id: 'int32' } });
  for (const badRows of ['fail', skipRows()] as const) {
    const { split, fittedRows, heldOutRows } = await fitted({ ...lives, source, badRows });
    t.deepEqual(split.repeats!.by, []);
    t.is(fittedRows + heldOutRows, 2201);
  }
});

test('nothing held out is an error where something waits for it, before training, and a line elsewhere', async (t) => {
  const ten = { ...small, source: memory(rows(10)), split: { validation: 0.01 } };
  const { heldOutRows } = await fitted(ten);
  t.is(heldOutRows, 0);
  const { warnings, validation } = await train(ten, { directory: await temporaryFolder(t) });
  t.deepEqual(warnings, [
    'split: none of 10 rows is held out, with a share of 0.01: nothing says how good the model is',
  ]);
  t.is(validation, null);
  const waiting: Readonly<Record<string, Partial<Pipeline>>> = {
    earlyStopping: { earlyStopping: earlyStopping({ metric: 'logLoss', patience: 1 }) },
    onPlateau: { optimizer: sgd({ learningRate: onPlateau({ learningRate: 0.1, metric: 'logLoss' }) }) },
    validateEverySteps: { validateEverySteps: 2 },
  };
  for (const [name, more] of Object.entries(waiting)) {
    const pipeline = { ...ten, ...more };
    for (const run of [describe(pipeline), train(pipeline, { directory: await temporaryFolder(t) })]) {
      const { message } = (await t.throwsAsync(run, { instanceOf: DataError }))!;
      t.is(
        message,
        `split.validation: expected rows to validate on, for ${name}, got none of 10 rows, with a share of 0.01. ` +
          `Raise split.validation, give more rows, choose another split.seed, or leave ${name} out.`,
      );
    }
  }
});

test('where the first rows alone are fitted on, it is said after the first epoch', async (t) => {
  const pipeline = {
    ...small,
    source: memory(rows(10)),
    split: { validation: 0.01 },
    fit: { rows: 5 },
    epochs: 40,
  };
  const waiting = { ...pipeline, earlyStopping: earlyStopping({ metric: 'logLoss' }) };
  await t.throwsAsync(train(waiting, { directory: await temporaryFolder(t) }), {
    instanceOf: DataError,
    message: /rows to validate on, for earlyStopping, got none of 10 rows/,
  });
  const lines: string[] = [];
  const log = (level: string, line: string) => void (level === 'warn' && lines.push(line));
  const { warnings } = await train({ ...pipeline, epochs: 1 }, { directory: await temporaryFolder(t), log });
  t.deepEqual(warnings, lines);
  t.deepEqual(lines, ['split: none of 10 rows is held out, with a share of 0.01: nothing says how good the model is']);
});

test('a side of one class, and a class on one side, are said', async (t) => {
  const labelled = (y: (row: number) => string | boolean, held: ReadonlySet<number>) => {
    const data = rows(200).map((row, i) => ({ ...row, y: y(i), isHeld: held.has(i) }));
    const { derive: _, ...rest } = small;
    return { ...rest, derive: [], source: memory(data) };
  };
  const { split } = await fitted(small);
  const held = new Set(await heldOut(small.source, split));
  const binary = { kind: 'binary', column: 'y' } as const;
  const warningsOf = async (y: (row: number) => string | boolean, target: Pipeline['target']) =>
    (await fitted({ ...labelled(y, held), target })).warnings;
  t.deepEqual(await warningsOf((row) => row % 2 === 0, binary), []);
  t.deepEqual(await warningsOf((row) => !held.has(row) && row % 2 === 0, binary), [
    'split: the rows held out are all of one class, y false: the AUC and the like say nothing of them',
  ]);
  t.deepEqual(await warningsOf((row) => held.has(row) && row % 2 === 0, binary), [
    'split: the rows to train on are all of one class, y false: there is nothing to tell apart',
  ]);
  const named = classes('y', { names: ['x', 'y', 'z'] });
  const rare = (of: (row: number) => boolean) => (row: number) => (of(row) ? 'z' : row % 2 ? 'x' : 'y');
  const first = [...held][0]!;
  t.deepEqual(
    await warningsOf(
      rare((row) => row === first),
      named,
    ),
    ['split: of y, z is only among the rows held out'],
  );
  const other = rows(200).findIndex((_, row) => !held.has(row));
  t.deepEqual(
    await warningsOf(
      rare((row) => row === other),
      named,
    ),
    ['split: of y, z is only among the rows to train on'],
  );
});

test('a class that is held out alone is an error before training, with the names that mend it', async (t) => {
  const { split } = await fitted(small);
  const [first] = await heldOut(small.source, split);
  const data = rows(200).map((row, i) => ({ ...row, y: i === first ? "it's" : i % 2 ? 'x' : 'y' }));
  const pipeline: Pipeline = {
    ...small,
    derive: [],
    source: memory(data),
    target: classes('y'),
    network: [dense(2)],
    loss: crossEntropy(),
    epochs: 1,
  };
  await t.throwsAsync(train(pipeline, { directory: await temporaryFolder(t) }), {
    instanceOf: DataError,
    message:
      "classes y: expected held-out rows of the classes that are trained on: x, y, got 'it\\'s', only held out. " +
      "Name all classes: classes('y', { names: ['it\\'s', 'x', 'y'] }).",
  });
  const names = ["it's", 'x', 'y'];
  const named = { ...pipeline, target: classes('y', { names }), network: [dense(3)] };
  const { validationRows, checkpoint } = await train(named, { directory: await temporaryFolder(t) });
  t.true(validationRows > 0);
  // Where rows may be left out, it is one of them.
  const { badRows, warnings } = await train(
    { ...pipeline, badRows: skipRows({ maxShare: 0.1 }) },
    { directory: await temporaryFolder(t) },
  );
  t.is(badRows, 1);
  t.regex(warnings.join(), /of y, 'it\\'s' is only among the rows held out/);
  // A class that comes later is named with the others.
  const later = memory(data.map((row, i) => ({ ...row, y: i === 7 ? 'zz' : row.y })));
  const model = await loadTrained(checkpoint!, named, { source: later });
  await t.throwsAsync(evaluateModel(model, 'all'), {
    instanceOf: DataError,
    message:
      /row 7 .* got "zz". Name all classes: classes\('y', { names: \['it\\'s', 'x', 'y', 'zz'\] }\) and train anew/,
  });
});

test('the description and the summary say what was decided', async (t) => {
  const stages = await describe(lives);
  const { stage, output } = stages.find(({ stage }) => stage.startsWith('splitRows'))!;
  t.is(stage, 'splitRows({"validation":0.2,"by":["level","sex","age"],"repeats":["id"]})');
  const { fittedRows, heldOutRows } = await fitted(lives);
  t.is(output, `${fittedRows} rows to train on, ${heldOutRows} held out`);
  const out = await temporaryFolder(t);
  const text = await millrace(['train', 'test/pipeline/titanic.ts', '--epochs', '1', '--out', join(out, 'a')]);
  t.regex(text.stdout, /^split: 21\d\d rows are equal in level, sex, age/m);
  t.regex(text.stderr, /split: 21\d\d rows are equal in level, sex, age/);
  const other = summaryOf(
    await millrace([
      'train',
      'test/pipeline/titanic.ts',
      '--epochs',
      '1',
      '--set',
      'split.seed=3',
      '--out',
      join(out, 'b'),
      '--json',
    ]),
  );
  t.not(other.validationRows, heldOutRows);
  t.is(other.warnings.length, 1);
});

test('a column of the target is not asked for where the features are derived from it: it is said', async (t) => {
  const pipeline = {
    ...small,
    derive: [...small.derive, derive('double', ['score'], (score: number) => 2 * score)],
    features: { ...small.features, double: numeric() },
  };
  const { split, warnings } = await fitted(pipeline);
  t.deepEqual(split.by.toSorted(), ['a', 'b', 'city', 'color']);
  t.deepEqual(warnings, [
    'feature double: it is computed from score, as the target positive is, and may be given away by it. Leave it out, unless it is known when predictions are made',
  ]);
});

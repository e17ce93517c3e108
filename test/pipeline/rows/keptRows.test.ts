import test from 'ava';
import { connect, EMPTY, ignoreElements, lastValueFrom, map, merge, tap } from 'rxjs';
import flights from '../../../pipelines/flights.ts';
import { takeRows } from '../../../src/batch/takeRows.ts';
import { type Batch, limit, memory, type Source, SourceError, skipRows, train } from '../../../src/index.ts';
import { createGate, deriveColumns, openEngine, splitRows } from '../../../src/operators.ts';
import { createBadRows } from '../../../src/pipeline/badRows/badRows.ts';
import { configurePipeline } from '../../../src/pipeline/declare/configurePipeline.ts';
import { columnsToRead } from '../../../src/pipeline/rows/columnsToRead.ts';
import { trainEpoch, validateEpoch } from '../../../src/pipeline/rows/epoch.ts';
import { epochRows } from '../../../src/pipeline/rows/epochRows.ts';
import { keepHeldOut } from '../../../src/pipeline/rows/heldOut.ts';
import { createReadingKeeper } from '../../../src/pipeline/rows/keepReading.ts';
import { assemble } from '../../../src/pipeline/run/assemble.ts';
import { fitPipeline } from '../../../src/pipeline/run/fit.ts';
import { prepareRun } from '../../../src/pipeline/run/prepare.ts';
import { beginningOf } from '../../../src/pipeline/run/runProgress.ts';
import { stoppedAt, temporaryFolder } from '../run.ts';
import small, { rows } from '../small.ts';
import spilled from '../spilled.ts';

/** All rows fit into one window. */
const roomy = configurePipeline(small, { 'shuffle.memoryMB': 1 });

/** The pipeline with a source that counts how often it is opened. */
function counted(pipeline: typeof small) {
  let opened = 0;
  const source: Source = {
    ...pipeline.source,
    open(options) {
      opened++;
      return pipeline.source.open(options);
    },
  };
  return { pipeline: { ...pipeline, source }, opened: () => opened };
}

/** A row that is on a side; not among the first ones. */
async function rowOn(side: 'training' | 'validation'): Promise<number> {
  let found: number | undefined;
  await createGate()
    .open(memory(rows(200)))
    .pipe(splitRows({ validation: 0.2, by: ['a'], side }))
    .forEach(({ selected }) => {
      found = selected!.find((row) => row > 100);
    });
  return found!;
}

async function assembled(pipeline: typeof small) {
  const gate = createGate();
  const columns = await columnsToRead(pipeline);
  const badRows = createBadRows({ policy: pipeline.badRows, source: pipeline.source.name });
  const { preprocessor, split } = await fitPipeline(pipeline, { gate, columns, badRows });
  return assemble({ pipeline, engine: openEngine(), gate, split, columns, preprocessor, badRows });
}

test('the rows of an epoch come from what fitting read, then from memory, from disk or from the source again', async (t) => {
  const ways = async (pipeline: typeof small, at = beginningOf(0)) => {
    const { assembly } = await prepareRun(pipeline, { directory: await temporaryFolder(t) });
    // Chosen by a training that has gone on to `at`.
    const first = epochRows(assembly, at);
    await lastValueFrom(first.windows$);
    return [first.from, epochRows(assembly, beginningOf(1)).from, epochRows(assembly, beginningOf(2)).from];
  };
  t.deepEqual(await ways(roomy), ['fitting', 'memory', 'memory']);
  // Of a part of an epoch no whole window is left.
  const within = { ...beginningOf(0), cursor: 64 };
  t.deepEqual(await ways({ ...small, split: { validation: 0 } }, within), ['source', 'source', 'source']);
  t.deepEqual(await ways({ ...spilled, sinks: [] }), ['source', 'disk', 'disk']);
  t.deepEqual(await ways({ ...small, badRows: skipRows({ maxShare: 0 }) }), ['source', 'source', 'source']);
});

test('rows that fit into memory are read once, however many epochs there are', async (t) => {
  for (const changes of [{}, { epochs: 1 }, { split: { validation: 0 } }, { shuffle: false as const }]) {
    const { pipeline, opened } = counted({ ...roomy, ...changes });
    await train(pipeline, { directory: await temporaryFolder(t) });
    t.is(opened(), 1, JSON.stringify(changes));
  }
});

test('rows that were kept from fitting train to the same bits and counts as rows that are read again', async (t) => {
  for (const changes of [{}, { split: { validation: 0 } }, { shuffle: false as const }]) {
    const pipeline = { ...roomy, ...changes };
    const keeps = counted(pipeline);
    // Rows that may be left out are not kept.
    const reads = counted({ ...pipeline, badRows: skipRows({ maxShare: 0 }) });
    const [kept, read] = await Promise.all(
      [keeps, reads].map(async ({ pipeline }) => train(pipeline, { directory: await temporaryFolder(t) })),
    );
    t.deepEqual([keeps.opened(), reads.opened()], [1, 2]);
    t.deepEqual(
      [kept!.parametersSha256, kept!.validation, kept!.missing, kept!.unseen, kept!.badRows],
      [read!.parametersSha256, read!.validation, read!.missing, read!.unseen, read!.badRows],
    );
  }
});

test('the flights as Parquet has them are read once', async (t) => {
  const { pipeline, opened } = counted({ ...flights, source: limit(flights.source, 5000), sinks: [] });
  await train(pipeline, { directory: await temporaryFolder(t) });
  t.is(opened(), 1);
});

test('a row that fitting does not look at and encoding refuses is named the same, kept or not', async (t) => {
  const [training, heldOut] = ['training', 'validation'] as const;
  const places = await Promise.all([training, heldOut].map(rowOn));
  for (const [i, refused] of places.entries()) {
    const data = rows(200).map((row, at) => ({ ...row, weight: at === refused ? -1 : 1 }));
    const messages = await Promise.all(
      [small, roomy].map(async ({ shuffle }) => {
        const weighted = { ...small, shuffle, source: memory(data, { batchRows: 37 }), weight: 'weight', epochs: 1 };
        const { pipeline, opened } = counted({ ...weighted, split: { validation: 0.2, by: ['a'] } });
        const error = await t.throwsAsync(train(pipeline, { directory: await temporaryFolder(t) }));
        // To fit, to train, to validate, and to find the place of a held-out row.
        t.true(opened() <= 3 + i);
        return error!.message;
      }),
    );
    t.is(messages[0], messages[1]);
    t.regex(messages[0]!, new RegExp(`weight.*, row ${refused} `), [training, heldOut][i]);
  }
});

test('keeps from a reading no more than it may, and then nothing', async (t) => {
  const bytes = async (maxBytes: number) => {
    let rowsRead = 0;
    const keeper = createReadingKeeper(small, maxBytes, () => rowsRead);
    await createGate()
      .open(small.source)
      .pipe(
        tap(({ records }) => {
          rowsRead += records.numRows;
        }),
        connect((batch$) => {
          const [heldOut$, training$] = (['validation', 'training'] as const).map((side) =>
            batch$.pipe(splitRows({ ...small.split, by: ['a'], side }), map(takeRows), deriveColumns(small.derive)),
          );
          return merge(heldOut$!.pipe(keeper.heldOut, ignoreElements()), training$!.pipe(keeper.training));
        }),
      )
      .forEach(() => {});
    return keeper.finish();
  };
  const kept = await bytes(1e6);
  t.is(
    kept?.training.reduce((sum, { rowsRead }) => sum + rowsRead, 0),
    200,
  );
  const rowsOf = (batches: readonly Batch[]) => batches.reduce((sum, { records }) => sum + records.numRows, 0);
  t.true(rowsOf(kept!.heldOut!) > 20);
  t.is(rowsOf([...kept!.heldOut!, ...kept!.training.map(({ batch }) => batch)]), 200);
  t.is(await bytes(3000), undefined);
});

test('rows that do not fit are read in every epoch, those held out are kept', async (t) => {
  const { pipeline, opened } = counted(small);
  await train(pipeline, { directory: await temporaryFolder(t) });
  t.is(opened(), 1 + small.epochs);
});

test('a run that keeps its rows and one that reads them again end with the same bits and counts', async (t) => {
  const whole = await train(roomy, { directory: await temporaryFolder(t) });
  t.true(whole.missing > 0);
  for (const step of [1, 10, 11, 12, 19, 25]) {
    const directory = await temporaryFolder(t);
    const { pipeline, signal } = stoppedAt(roomy, step);
    await train(pipeline, { directory, signal });
    const resumed = await train(roomy, { directory, resume: true });
    const told = ({ parametersSha256, rows, loss, validation, missing, unseen }: typeof whole) => ({
      parametersSha256,
      rows,
      loss,
      validation,
      missing,
      unseen,
    });
    t.deepEqual(told(resumed), told(whole), `stopped after step ${step}`);
  }
});

test('held-out rows score the same from memory as from the source', async (t) => {
  const assembly = await assembled(small);
  await lastValueFrom(trainEpoch(assembly, beginningOf(0)));
  t.truthy(assembly.kept.heldOut);
  const kept = await lastValueFrom(validateEpoch(assembly, 0));
  assembly.kept.heldOut = undefined;
  t.deepEqual(await lastValueFrom(validateEpoch(assembly, 0)), kept);
});

test('held-out rows are not kept beyond their memory, nor from a part of an epoch', async (t) => {
  const assembly = await assembled(small);
  await assembly.gate
    .open(small.source)
    .pipe(keepHeldOut(assembly, { maxBytes: 100 }))
    .forEach(() => {});
  t.is(assembly.kept.heldOut, undefined);
  let position = beginningOf(0);
  await trainEpoch(assembly, position).forEach((event) => {
    if (event.kind === 'step') position = event.position;
  });
  assembly.kept.heldOut = undefined;
  await lastValueFrom(trainEpoch(assembly, position), { defaultValue: undefined });
  t.is(assembly.kept.heldOut, undefined);
});

test('keeping lets every record batch through, also where a held-out row is refused', async (t) => {
  const assembly = await assembled(small);
  const batches: number[] = [];
  const [label] = small.derive;
  const refusing = {
    ...label,
    apply: () => {
      throw new Error('refused');
    },
  };
  const keep = keepHeldOut({ ...assembly, pipeline: { ...small, derive: [refusing] } });
  await assembly.gate
    .open(small.source)
    .pipe(keep)
    .forEach(({ records }) => void batches.push(records.numRows));
  t.is(
    batches.reduce((sum, rows) => sum + rows, 0),
    200,
  );
  t.is(assembly.kept.heldOut, undefined);
  t.is(await lastValueFrom(EMPTY.pipe(keep), { defaultValue: 'none' }), 'none');
});

test('a source that changes between two epochs is refused, also where its rows are in memory', async (t) => {
  for (const pipeline of [small, roomy]) {
    let asked = 0;
    const source: Source = { ...pipeline.source, fingerprint: async () => (asked++ === 0 ? 'before' : 'after') };
    const error = await t.throwsAsync(train({ ...pipeline, source }, { directory: await temporaryFolder(t) }), {
      instanceOf: SourceError,
    });
    t.regex(error.message, /expected the content that training began with, got .*: 'before' then, 'after' now/);
  }
});

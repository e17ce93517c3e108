import test from 'ava';
import { EMPTY, lastValueFrom } from 'rxjs';
import { createGate, openEngine, type Source, SourceError, train } from '../../src/index.ts';
import { assemble } from '../../src/pipeline/assemble.ts';
import { createBadRows } from '../../src/pipeline/badRows/badRows.ts';
import { configurePipeline } from '../../src/pipeline/configurePipeline.ts';
import { trainEpoch, validateEpoch } from '../../src/pipeline/epoch.ts';
import { fitPipeline } from '../../src/pipeline/fit.ts';
import { keepHeldOut } from '../../src/pipeline/keepHeldOut.ts';
import { beginningOf } from '../../src/pipeline/progress.ts';
import { readColumns } from '../../src/pipeline/readColumns.ts';
import { stoppedAt, temporaryFolder } from './run.ts';
import small from './small.ts';

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

async function assembled(pipeline: typeof small) {
  const gate = createGate();
  const columns = await readColumns(pipeline);
  const badRows = createBadRows({ policy: pipeline.badRows, source: pipeline.source.name });
  const { preprocessor } = await fitPipeline(pipeline, { gate, columns, badRows });
  return assemble({ pipeline, engine: openEngine(), gate, columns, preprocessor, badRows });
}

test('rows that fit into memory are read once to fit and once to train, however many epochs there are', async (t) => {
  const { pipeline, opened } = counted(roomy);
  await train(pipeline, { directory: await temporaryFolder(t) });
  t.is(opened(), 2);
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
    t.regex(error.message, /expected the content that training began with, "before", got "after"/);
  }
});

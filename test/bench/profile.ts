/**
 * `npm run bench:profile -- [ENGINE]`: where the time of a step goes, for S32, M and an epoch of the flights with their sinks and
 * checkpoints. With `--kernels S32,M` the kernels of a step of those works instead, on `--threads`, 1 and 2 by default. Prints tables and writes
 * them to runs/bench/profile-ENGINE.md and .json, or kernels-ENGINE.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { lastValueFrom, type MonoTypeOperatorFunction, of, tap } from 'rxjs';
import flights from '../../pipelines/flights.ts';
import { SEGMENT_ROWS } from '../../src/batch/types.ts';
import { randomSequence, uniform } from '../../src/engine/random.ts';
import { adam, type Batch, type EngineName, type Run, type Sink, type TrainingEvent } from '../../src/index.ts';
import {
  backward,
  compileNetwork,
  createFanOut,
  createTrainingState,
  deriveColumns,
  encode,
  forward,
  lossOf,
  type MiniBatch,
  miniBatch,
  openEngine,
  type Rows,
  shuffle,
  splitRows,
  update,
} from '../../src/operators.ts';
import { prepareRun } from '../../src/pipeline/run/prepare.ts';
import { beginningOf, follow } from '../../src/pipeline/run/runProgress.ts';
import { snapshotRun } from '../../src/pipeline/run/runState.ts';
import { kernelProfile } from './kernelProfile.ts';
import { asText, digits, machine, type Section, writeReport } from './report.ts';
import { layersOf, lossOfWork, outputsOf, type StepWork, stepWorks } from './stepWork.ts';

/** Gives the time since the last look at it to a part. */
interface Clock {
  /** Where it stands in a chain, the time goes to `part`. */
  readonly mark: <T>(part: string) => MonoTypeOperatorFunction<T>;
  /** @param ms of the time that were another part's */
  look(part: string, other?: string, ms?: number): void;
  readonly parts: Map<string, number>;
}

function createClock(): Clock {
  const parts = new Map<string, number>();
  let last = performance.now();
  const add = (part: string, ms: number) => parts.set(part, (parts.get(part) ?? 0) + ms);
  function look(part: string, other = '', ms = 0): void {
    const now = performance.now();
    add(part, now - last - ms);
    if (ms !== 0) add(other, ms);
    last = now;
  }
  return { parts, look, mark: (part) => tap(() => look(part)) };
}

function section(title: string, { parts }: Clock, steps: number, notes: readonly string[]): Section {
  const sum = [...parts.values()].reduce((a, b) => a + b, 0);
  return {
    title,
    notes,
    head: ['part', 'microseconds a step', 'share, %', 'seconds'],
    rows: [...parts, ['all', sum] as const].map(([part, ms]) => [
      part,
      digits((1000 * ms) / steps),
      ((100 * ms) / sum).toFixed(1),
      digits(ms / 1000),
    ]),
    data: { title, steps, ms: Object.fromEntries(parts) },
  };
}

/** Rows in memory through the public stages, as a run takes them. */
async function stepProfile(work: StepWork, name: EngineName, seconds: number): Promise<Section> {
  const engine = openEngine(name);
  const { widths, rows: size } = work;
  const [width, outputs] = [widths[0], outputsOf(work)];
  const words = width + 1;
  const layout = {
    words,
    width,
    fields: [
      { kind: 'numbers', name: 'x', word: 0, column: 0, count: width },
      { kind: 'target', name: 'y', word: width },
    ],
  } as const;
  const random = randomSequence(7, 'data');
  const length = Math.min(SEGMENT_ROWS, 64 * size);
  const segment = Float32Array.from({ length: length * words }, (_, i) => {
    const share = uniform(random(i));
    return i % words === width ? Math.floor(share * Math.max(outputs, 2)) : 2 * share - 1;
  });
  const order = Uint32Array.from({ length }, (_, i) => (i * 7919) % length);
  const rows: Rows = {
    layout,
    length,
    segments: [segment],
    order,
    place: { epoch: 0, window: 0, cursor: null, skip: 0 },
  };

  const network = compileNetwork({ layers: layersOf(work), layout, engine, batch: size, seed: 7 });
  const optimizer = adam();
  const state = createTrainingState(network, optimizer, engine);
  const epoch = (clock: Clock) =>
    lastValueFrom(
      of(rows).pipe(
        miniBatch({ size, engine, layout }),
        clock.mark('assemble'),
        forward(network, { mode: 'training' }),
        clock.mark('forward'),
        lossOf(lossOfWork(work), network),
        clock.mark('loss'),
        backward(network),
        clock.mark('backward, norm of the gradient'),
        update(network, optimizer, state),
        clock.mark('update'),
      ),
    );
  const warm = createClock();
  for (const end = performance.now() + 500; performance.now() < end; ) await epoch(warm);
  const clock = createClock();
  const before = state.step;
  for (const end = performance.now() + seconds * 1000; performance.now() < end; ) await epoch(clock);
  return section(`Step ${work.name}, ${name}`, clock, state.step - before, []);
}

/** The chain of a declared run, written out, with a look at the clock after each stage. */
async function flightsProfile(name: EngineName): Promise<Section> {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-profile-'));
  try {
    const quiet: Sink[] = flights.sinks.filter((sink) => sink.name !== 'progress' && sink.name !== 'log');
    const pipeline = { ...flights, sinks: quiet };
    const { assembly, progress, origin } = await prepareRun(pipeline, { directory, engine: name });
    const { gate, split, columns, preprocessor, engine, network, training, health, reporter, counting } = assembly;
    const { layout } = preprocessor;
    const { source, derive, seed, batch: size, loss, optimizer } = pipeline;
    const clock = createClock();

    // What the gate holds shut, an awaited sink's write, is the sink's time and not that of the next stage.
    let heldMs = 0;
    const hold: typeof gate.hold = (promise) => {
      const begin = performance.now();
      const end = () => {
        heldMs += performance.now() - begin;
      };
      promise.then(end, end);
      gate.hold(promise);
    };
    const run: Run = {
      name: pipeline.name,
      directory,
      engine: engine.name,
      epochs: 1,
      metric: 'auc',
      totalRows: origin.trainingRows ?? undefined,
      resumedAt: undefined,
      snapshot: () => snapshotRun(assembly, progress, origin),
      log() {},
    };
    const fanOut = createFanOut({ sinks: quiet, run, hold });

    let [waited, held] = [gate.waitMs, 0];
    const arrived = tap<Batch>(() => {
      clock.look('window: rows copied and permuted', 'wait for the decoder', gate.waitMs - waited);
      waited = gate.waitMs;
    });
    const assembled = tap<MiniBatch>(() => {
      clock.look('assemble, timers', 'sinks', heldMs - held);
      held = heldMs;
    });
    await lastValueFrom(
      gate.open(source, { columns }).pipe(
        arrived,
        splitRows({ ...split, side: 'training' }),
        clock.mark('split'),
        deriveColumns(derive),
        clock.mark('derive'),
        tap(({ cursor }) => counting.mark(cursor)),
        encode(preprocessor, { counters: counting.counters }),
        clock.mark('encode'),
        shuffle({ memoryMB: 256, layout, seed, epoch: 0, from: beginningOf(0) }),
        clock.mark('window: rows copied and permuted'),
        miniBatch({ size, engine, layout, gate }),
        assembled,
        forward(network, { mode: 'training' }),
        clock.mark('forward'),
        lossOf(loss, network),
        clock.mark('loss'),
        backward(network),
        clock.mark('backward, norm of the gradient'),
        update(network, optimizer, training),
        clock.mark('update'),
        health ?? tap<TrainingEvent>(),
        reporter.report,
        tap((event) => follow(progress, event)),
        clock.mark('health, reports'),
        fanOut.operator,
        clock.mark('sinks'),
      ),
    );
    await fanOut.closed();
    clock.look('sinks');
    return section(`Flights, an epoch with metrics and checkpoints, ${name}`, clock, training.step, [
      `${training.rows} rows in ${training.step} steps of ${size}; the decoder works in a thread of its own`,
    ]);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { kernels: { type: 'string' }, threads: { type: 'string', default: '1,2' } },
});
const name = (positionals[0] ?? openEngine().name) as EngineName;
const began = machine();
const sections: Section[] = [];
const works = (values.kernels ?? 'S32,M').split(',');
for (const work of stepWorks.filter((known) => works.includes(known.name))) {
  if (values.kernels === undefined) sections.push(await stepProfile(work, name, 3));
  else for (const threads of values.threads.split(',')) sections.push(await kernelProfile(work, name, Number(threads)));
}
if (values.kernels === undefined) sections.push(await flightsProfile(name));
for (const each of sections) console.log(asText(each));
const file = `${values.kernels === undefined ? 'profile' : 'kernels'}-${name}`;
console.log(`written: ${writeReport('runs/bench', began, sections, file).join(', ')}`);

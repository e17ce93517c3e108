import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastValueFrom } from 'rxjs';
import type { EngineName, Pipeline } from '../../src/index.ts';
import { evaluateModel, loadTrained } from '../../src/operators.ts';
import { trainEpoch } from '../../src/pipeline/rows/epoch.ts';
import { prepareRun } from '../../src/pipeline/run/prepare.ts';
import { beginningOf } from '../../src/pipeline/run/runProgress.ts';
import { trainCommand } from './command.ts';
import { digits, type Section, shown } from './report.ts';
import { type Contestant, ratioOf, takeTurns } from './turns.ts';

export interface StreamOptions {
  readonly rounds: number;
  readonly engine: EngineName;
  readonly pipeline: Pipeline;
  /** The file that declares it. */
  readonly file: string;
}

/** Reads the source to its end. @returns rows */
async function decode({ source }: Pipeline, columns: readonly string[]): Promise<number> {
  let rows = 0;
  for await (const { records } of source.open({ signal: new AbortController().signal, columns })) {
    rows += records.numRows;
  }
  return rows;
}

/** Times a piece of work by its rows. */
function byRows(name: string, work: () => Promise<number>): Contestant {
  return {
    name,
    async measure() {
      const begin = performance.now();
      const rows = await work();
      return (performance.now() - begin) / 1000 / rows;
    },
  };
}

/**
 * Rows a second from the file to the trained network, beside the two bounds of the same machine in the same run: decoding the
 * columns alone, and stepping alone on encoded rows in memory. Then prediction: from the file to metrics of all rows.
 */
export async function streamSection({ rounds, engine, pipeline, file }: StreamOptions): Promise<Section> {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
  const declared = { ...pipeline, epochs: Number.MAX_SAFE_INTEGER };
  try {
    const { assembly } = await prepareRun(declared, { directory, engine });
    const { kept, training, columns } = assembly;
    let epoch = 0;
    const trainOnce = async () => {
      const before = training.rows;
      await lastValueFrom(trainEpoch(assembly, beginningOf(epoch++)));
      return training.rows - before;
    };
    await trainOnce();
    const window = kept.training;
    if (!window) throw new Error(`${file}: its rows do not fit in one window`);

    let run = 0;
    let checkpoint = '';
    let peak = 0;
    let whole: { readonly fit: number; readonly seconds: number } = { fit: 0, seconds: 0 };
    const command: Contestant = {
      name: 'millrace train, an epoch with sinks and checkpoints',
      async measure() {
        const ended = await trainCommand(file, engine, join(directory, `${run++}`));
        checkpoint = ended.checkpoint;
        peak = Math.max(peak, ended.peakMemoryBytes);
        whole = { fit: ended.phases.fit, seconds: ended.seconds };
        return 1 / ended.rowsPerSecond;
      },
    };
    const training$ = await takeTurns(
      [
        byRows('bound: decoding alone', () => decode(pipeline, columns)),
        byRows('bound: stepping alone, rows in memory', () => {
          kept.training = window;
          return trainOnce();
        }),
        byRows('an epoch from the file, no sinks', () => {
          kept.training = undefined;
          return trainOnce();
        }),
        command,
      ],
      { rounds, ms: 0 },
    );
    const model = await loadTrained(checkpoint, pipeline, { engine });
    const predicting = byRows(
      'predicting all rows, with metrics',
      async () => (await evaluateModel(model, 'all')).rows,
    );
    const all = [...training$, ...(await takeTurns([predicting], { rounds, ms: 0 }))];

    const slower = training$[0].median > training$[1].median ? training$[0] : training$[1];
    return {
      title: `From end to end: ${pipeline.name}, ${engine}`,
      notes: [
        'left out: PyTorch from Parquet (Debian has no pyarrow for it to read with)',
        `slower bound: ${slower.name.replace('bound: ', '')}; ${window.length} rows an epoch`,
        `the last command: ${digits(whole.seconds)} s, of which ${digits(whole.fit)} s fitted the preprocessing; peak ${digits(peak / 1e6)} MB`,
      ],
      head: ['', 'seconds an epoch', 'rows/s', 'share of the slower bound'],
      rows: all.map((times) => [
        times.name,
        shown(times, 1 / window.length),
        digits(1 / times.median),
        training$.includes(times) ? shown(ratioOf(times, slower)) : '',
      ]),
      data: {
        pipeline: pipeline.name,
        engine,
        peakMemoryBytes: peak,
        secondsOfARow: Object.fromEntries(all.map(({ name, rounds: seconds }) => [name, seconds])),
      },
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

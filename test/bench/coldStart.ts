import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { node } from './command.ts';
import { type Section, shown } from './report.ts';
import { type Contestant, takeTurns } from './turns.ts';

/** A window of 65,536 flights, in MB: eight words (seven features and the target) and a place in the order, 4 bytes each. */
const SMALL_WINDOW_MB = (65_536 * 4 * (8 + 1)) / 1e6;

function started(name: string, ...args: readonly string[]): Contestant {
  return { name, measure: async () => (await node(args)).seconds };
}

/** The first turn, which does not count, makes the run that the others resume. */
function resumed(engine: string, directory: string): Contestant {
  const env = { MILLRACE_RUN: join(directory, engine), MILLRACE_STEPS: `${RESUMED_AT}` };
  return {
    name: `first step, resumed at 90 %, ${engine}`,
    measure: async () => (await node(['test/bench/firstStep.ts', engine], env)).seconds,
  };
}

/** Of 5,566 steps of an epoch. */
const RESUMED_AT = 5009;

/** Seconds from the start of a process to its first result. */
export async function coldStartSection(rounds: number): Promise<Section> {
  const first = 'test/bench/firstStep.ts';
  const runs = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
  const times = await takeTurns(
    [
      started('millrace --version', 'src/cli/main.ts', '--version'),
      started('millrace describe pipelines/flights.ts', 'src/cli/main.ts', 'describe', 'pipelines/flights.ts'),
      started('first step, window of 65,536 rows, wasm', first, 'wasm', `${SMALL_WINDOW_MB}`),
      started('first step, window of 65,536 rows, blas', first, 'blas', `${SMALL_WINDOW_MB}`),
      started('the same, fitted on 65,536 rows, wasm', first, 'wasm', `${SMALL_WINDOW_MB}`, '65536'),
      started('the same, fitted on 65,536 rows, blas', first, 'blas', `${SMALL_WINDOW_MB}`, '65536'),
      started('first step, the default window, wasm', first, 'wasm'),
      started('first step, the default window, blas', first, 'blas'),
      resumed('wasm', runs),
      resumed('blas', runs),
    ],
    { rounds, ms: 0 },
  ).finally(() => rmSync(runs, { recursive: true }));
  return {
    title: 'Cold start',
    notes: [
      'From the start of the process to its end; sources run unbuilt. A first step ends the process.',
      'All rows are fitted on before the first step, where nothing else is said.',
    ],
    head: ['', 'seconds'],
    rows: times.map((time) => [time.name, shown(time)]),
    data: Object.fromEntries(times.map(({ name, rounds: seconds }) => [name, seconds])),
  };
}

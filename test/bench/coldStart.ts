import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { EngineName } from '../../src/index.ts';
import { node } from './command.ts';
import { type Section, shown } from './report.ts';
import { type Contestant, takeTurns } from './turns.ts';

/** A window of 65,536 flights, in MB: eight words (seven features and the target) and a place in the order, 4 bytes each. */
const SMALL_WINDOW_MB = (65_536 * 4 * (8 + 1)) / 1e6;

/** Of 5,566 steps of an epoch. */
const RESUMED_AT = 5009;

/** What is started. */
interface Form {
  readonly name: string;
  readonly main: string;
  readonly flights: string;
  readonly firstStep: string;
}

const sources: Form = {
  name: 'sources',
  main: 'src/cli/main.ts',
  flights: 'pipelines/flights.ts',
  firstStep: 'test/bench/firstStep.ts',
};

/**
 * The package as npm installs it, with pipelines that import it by its name.
 *
 * @throws Error where it has not been built
 */
function packageIn(directory: string): Form {
  if (!existsSync('dist/cli/main.js')) throw new Error('no dist: npm run build');
  const modules = join(directory, 'node_modules');
  mkdirSync(modules);
  symlinkSync(resolve('.'), join(modules, 'millrace'));
  const flights = join(directory, 'flights.ts');
  const firstStep = join(directory, 'firstStep.ts');
  const data = `'${resolve('node_modules')}/`;
  const copy = (from: string, to: string) =>
    writeFileSync(
      to,
      readFileSync(from, 'utf8')
        .replace(/'[./]+\/src\/index\.ts'/, "'millrace'")
        .replace(/'[./]+\/pipelines\//, "'./")
        .replace(/new URL\('\.\.\/node_modules\/(.*'), import.meta.url\)/, `${data}$1`),
    );
  copy(sources.flights, flights);
  copy(sources.firstStep, firstStep);
  return { name: 'package', main: 'dist/cli/main.js', flights, firstStep };
}

/** Seconds from the start of a process to its first result. What was compiled is kept, as it is for a user, from the first turn on. */
export async function coldStartSection(rounds: number, engines: readonly EngineName[]): Promise<Section> {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
  const forms = [sources, packageIn(directory)];
  const cache = { NODE_COMPILE_CACHE: join(directory, 'compiled') };
  let run = 0;

  const started = (main: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Contestant => ({
    name: '',
    measure: async () => (await node([main, ...args], { ...cache, ...env })).seconds,
  });
  const trained = ({ main, firstStep }: Form, engine: string, env: Readonly<Record<string, string>>): Contestant => ({
    name: '',
    async measure() {
      const args = ['train', firstStep, '--engine', engine, '--out', join(directory, `${run++}`)];
      return started(main, args, env).measure(0);
    },
  });
  /** The first turn, which does not count, makes the run that the others resume. */
  const resumed = ({ main, firstStep, name }: Form, engine: string): Contestant => ({
    name: '',
    measure() {
      const out = join(directory, `${name}-${engine}`);
      const args = ['train', firstStep, '--engine', engine, '--out', out];
      const isFirst = !existsSync(out);
      const env = { MILLRACE_CHECKPOINT: `${RESUMED_AT}` };
      return started(main, isFirst ? args : [...args, '--resume'], isFirst ? env : {}).measure(0);
    },
  });

  const window = { MILLRACE_WINDOW: `${SMALL_WINDOW_MB}` };
  const works: readonly (readonly [string, (form: Form) => Contestant])[] = [
    ['millrace --version', ({ main }) => started(main, ['--version'])],
    ['millrace describe flights.ts', ({ main, flights }) => started(main, ['describe', flights])],
    ...engines.flatMap((engine): typeof works => [
      [`first step, window of 65,536 rows, ${engine}`, (form) => trained(form, engine, window)],
      [
        `the same, fitted on 65,536 rows, ${engine}`,
        (form) => trained(form, engine, { ...window, MILLRACE_FIT: '65536' }),
      ],
      [`first step, the default window, ${engine}`, (form) => trained(form, engine, {})],
      [`first step, resumed at 90 %, ${engine}`, (form) => resumed(form, engine)],
    ]),
  ];
  const contestants = works.flatMap(([work, make]) =>
    forms.map((form): Contestant => ({ ...make(form), name: `${work}, ${form.name}` })),
  );
  const times = await takeTurns(contestants, { rounds, ms: 0 }).finally(() => rmSync(directory, { recursive: true }));
  return {
    title: 'Cold start',
    notes: [
      'Seconds from the start of the process to its end; a first step ends the process.',
      'sources run as TypeScript, the package is built. All rows are fitted on before the first step, where nothing else is said.',
    ],
    head: ['', ...forms.map(({ name }) => name)],
    rows: works.map(([work], i) => [work, ...forms.map((_, k) => shown(times[i * forms.length + k]))]),
    data: Object.fromEntries(times.map(({ name, rounds: seconds }) => [name, seconds])),
  };
}

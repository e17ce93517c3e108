/**
 * `npm run bench -- [--short | --full] [--only steps,products,streams,cold,saving,growth] [--rounds N] [--ms N]`: Millrace and its peers on
 * the same work, in turns. Prints tables and writes them to runs/bench; what is not installed is named and left out.
 *
 * `--short` is for CI: the S32 step against plain TypeScript loops alone. Ends with 1 where a bound is missed, which is a ratio
 * within the run, never a time.
 */
import { parseArgs } from 'node:util';
import flights from '../../pipelines/flights.ts';
import { openEngine } from '../../src/operators.ts';
import { coldStartSection } from './coldStart.ts';
import { makeFloatsFile } from './floatsFile.ts';
import { columnGrowth, layerGrowth, rowGrowth } from './growth.ts';
import { startPeers } from './peers.ts';
import { productSection } from './products.ts';
import { asText, machine, type Section, writeReport } from './report.ts';
import { savingSection } from './saving.ts';
import { stepSection, stepTimes } from './steps.ts';
import { stepWorks } from './stepWork.ts';
import { streamSection } from './streams.ts';
import { ratioOf } from './turns.ts';

/**
 * The wasm engine makes at least this many times as many S32 steps a second as plain loops. In CI half of it: 12 were seen on a machine that
 * others kept very busy, 24 to 32 on one less so.
 */
const BOUND = process.argv.includes('--short') ? 5 : 10;
const DIRECTORY = 'runs/bench';
const FLOATS = `${DIRECTORY}/floats.parquet`;
const FLOATS_SIZE = { rows: 1_000_000, columns: 32 };
const parts = ['steps', 'products', 'streams', 'cold', 'saving', 'growth'] as const;
type Part = (typeof parts)[number];

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    only: { type: 'string' },
    /** Steps of these works alone: S32,M. */
    work: { type: 'string' },
    rounds: { type: 'string', default: '9' },
    ms: { type: 'string', default: '200' },
  },
});
const rounds = Number(values.rounds);
const ms = Number(values.ms);
/** Rounds of what takes seconds. */
const longRounds = Math.max(1, Math.ceil(rounds / 3));
const chosen: readonly string[] = values.short
  ? ['steps']
  : (values.only?.split(',') ?? parts.filter((part) => part !== 'growth' || values.full));
const wants = (part: Part) => chosen.includes(part);
const unknown = chosen.filter((part) => !parts.some((known) => known === part));
if (unknown.length > 0 || !(rounds >= 1) || !(ms > 0)) {
  console.error(
    `usage: npm run bench -- [--short | --full] [--only ${parts.join(',')}] [--work S32,M] [--rounds N] [--ms N]`,
  );
  process.exit(2);
}

const began = machine();
const sections: Section[] = [];
function show(section: Section): void {
  sections.push(section);
  console.log(asText(section));
  // Written after each, so that what was measured is kept when the rest fails.
  if (!values.short) writeReport(DIRECTORY, began, sections);
}

const engines = (['wasm', 'blas'] as const).filter((name) => openEngine(name).name === name);
let met = true;
console.log(
  `${Object.entries(began)
    .map(([key, value]) => `${key} ${value}`)
    .join(', ')}\n`,
);

if (wants('steps')) {
  const { peers, notes } = values.short ? { peers: [], notes: [] } : await startPeers();
  for (const note of notes) console.log(note);
  const names = values.short ? ['S32'] : values.work?.split(',');
  try {
    for (const work of stepWorks.filter(({ name }) => names?.includes(name) ?? true)) {
      const times = await stepTimes(work, { rounds, ms, peers });
      show(stepSection({ ...times, notes: [...notes, ...times.notes] }));
      const loops = times.others.flat().find(({ name }) => name === 'plain TypeScript');
      const wasm = times.millrace.find(({ name }) => name === 'wasm');
      if (work.name !== 'S32' || !loops || !wasm) continue;
      const reached = ratioOf(wasm, loops).median;
      met = reached >= BOUND;
      console.log(
        `wasm makes ${reached.toFixed(1)} times as many steps as plain loops; at least ${BOUND}: ${met ? 'met' : 'missed'}\n`,
      );
    }
  } finally {
    for (const peer of peers) peer.close();
  }
}
if (wants('products')) show(await productSection({ rounds, ms: ms / 4 }));
if (wants('streams')) {
  makeFloatsFile(FLOATS, FLOATS_SIZE);
  const { default: floats } = await import('./floatsPipeline.ts');
  for (const engine of engines) {
    show(await streamSection({ rounds: longRounds, engine, pipeline: flights, file: 'pipelines/flights.ts' }));
    show(await streamSection({ rounds: longRounds, engine, pipeline: floats, file: 'test/bench/floatsPipeline.ts' }));
  }
}
if (wants('cold')) show(await coldStartSection(longRounds, engines));
if (wants('saving')) show(await savingSection(40));
if (wants('growth')) {
  makeFloatsFile(FLOATS, FLOATS_SIZE);
  for (const engine of engines) {
    show(await rowGrowth(engine, [1, 3, 10, 30]));
    show(await columnGrowth(engine, [10, 30, 100, 300, 1000, 2000], DIRECTORY));
    show(await layerGrowth(engine, [1, 2, 3, 6, 12]));
  }
}
if (!values.short) console.log(`written: ${writeReport(DIRECTORY, began, sections).join(', ')}`);
process.exitCode = met ? 0 : 1;

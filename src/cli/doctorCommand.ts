import { describeMachine } from '../engine/machine.ts';
import { measureEngine } from '../engine/measureEngine.ts';
import { engineNames, openEngine } from '../engine/openEngine.ts';
import type { EngineName } from '../engine/types.ts';
import { measurePeak } from '../engine/wasm/measurePeak.ts';
import { megabytes } from '../format/sizes.ts';
import { table } from '../format/table.ts';
import { version } from '../version.ts';
import type { Command } from './command.ts';
import { parse } from './parse.ts';

/** `millrace doctor`: what this machine has, and how fast it is. */
export const doctor: Command = {
  usage: 'doctor [--json]',
  summary: 'shows the runtime, the engines found, their measured speed and the peak',
  async run(args) {
    const { values } = parse(
      args,
      { json: { type: 'boolean', default: false } },
      { least: 0, most: 0, names: 'no argument' },
    );
    const found = engineNames.map((name) => examine(name));
    const chosen = openEngine().name;
    const peak = measurePeak();
    const machine = { millrace: version, node: process.version, ...describeMachine() };
    if (values.json) {
      console.log(JSON.stringify({ ...machine, peak, chosen, engines: found }));
      return 0;
    }
    const { memoryBytes, ...shown } = machine;
    console.log(
      table([
        ...Object.entries(shown).map(([key, value]) => [key, String(value)]),
        ['memory', megabytes(memoryBytes)],
        [
          'peak',
          peak ? `${peak.gflops.toFixed(0)} GFLOPS on one thread, with vectors of ${peak.bits} bits` : 'unknown',
        ],
      ]),
    );
    console.log();
    console.log(
      table(
        [
          ['engine', '', 'product, GFLOPS', 'of the peak', ''],
          ...found.map(({ name, detail, gflops, error }) => [
            name,
            name === chosen ? 'chosen' : '',
            gflops === undefined ? '-' : gflops.toFixed(1),
            gflops === undefined || !peak ? '-' : `${((100 * gflops) / peak.gflops).toFixed(0)} %`,
            error ?? detail ?? '',
          ]),
        ],
        [2, 3],
      ),
    );
    return 0;
  },
};

function examine(name: EngineName): { name: EngineName; detail?: string; gflops?: number; error?: string } {
  try {
    const engine = openEngine(name, { threads: 1 });
    if (engine.name !== name) return { name, error: engine.note };
    return { name, detail: engine.detail, ...measureEngine(engine) };
  } catch (error) {
    return { name, error: (error as Error).message };
  }
}

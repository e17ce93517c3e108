import type { Engine, Kernels } from '../../src/engine/types.ts';
import type { EngineName } from '../../src/index.ts';
import { openEngine } from '../../src/operators.ts';
import { millraceStep } from './millraceStep.ts';
import { digits, type Section, shown } from './report.ts';
import { type StepWork, stepData } from './stepWork.ts';
import { spreadOf } from './turns.ts';

/** One call of a kernel in a step, in the steps that were timed. */
interface Call {
  readonly name: string;
  /** The whole numbers that it was called with: sizes. */
  readonly sizes: readonly number[];
  readonly ms: number[];
}

const STEPS = 750;

/**
 * The kernels of a step in the order in which it calls them, each timed among the others: what is in the caches is what the one before has left
 * there. What lies between them is the step's rest: the stream, the loss where it is no kernel.
 */
export function kernelProfile(work: StepWork, name: EngineName, threads: number): Section {
  const calls: Call[] = [];
  let next = -1;
  const timed = <Args extends readonly unknown[], Result>(called: string, kernel: (...args: Args) => Result) => {
    return (...args: Args): Result => {
      const begin = performance.now();
      const result = kernel(...args);
      const took = performance.now() - begin;
      if (next >= 0) {
        if (next === calls.length) calls.push({ name: called, sizes: sizesOf(args), ms: [] });
        calls[next++].ms.push(took);
      }
      return result;
    };
  };
  const engine = openEngine(name, { threads });
  const step = millraceStep({ ...engine, kernels: wrap(engine.kernels, timed) }, work, stepData(work));
  for (const end = performance.now() + 2000; performance.now() < end; ) step();
  const steps: number[] = [];
  for (let i = 0; i < STEPS; i++) {
    next = 0;
    const begin = performance.now();
    step();
    steps.push(performance.now() - begin);
  }

  const whole = spreadOf(steps);
  const rest = spreadOf(steps.map((ms, i) => ms - calls.reduce((sum, call) => sum + call.ms[i], 0)));
  const row = (title: string, spread: { readonly median: number; readonly low: number; readonly high: number }) => [
    title,
    shown(spread, 1e-3),
    ((100 * spread.median) / whole.median).toFixed(1),
  ];
  return {
    title: `Kernels of a step, ${work.name}, ${engine.name}, ${threads} thread${threads === 1 ? '' : 's'}`,
    notes: [`medians and quartiles of ${STEPS} steps; ${engine.detail}`],
    head: ['kernel', 'microseconds', 'share, %', 'GFLOPS'],
    rows: [
      ...calls.map((call) => {
        const spread = spreadOf(call.ms);
        return [...row([call.name, ...call.sizes].join(' '), spread), gflops(call, spread.median)];
      }),
      [...row('between them', rest), ''],
      [...row('all', whole), ''],
    ],
    data: {
      work: work.name,
      engine: engine.name,
      threads,
      us: Object.fromEntries(calls.map(({ ms, ...call }, i) => [`${i} ${call.name}`, 1000 * spreadOf(ms).median])),
      all: 1000 * whole.median,
    },
  };
}

/** The same kernels, each wrapped under its name. */
function wrap(
  { elementwise, ...kernels }: Kernels,
  timed: <Args extends readonly unknown[], Result>(
    name: string,
    kernel: (...args: Args) => Result,
  ) => (...args: Args) => Result,
): Engine['kernels'] {
  const each = <Group extends object>(group: Group, prefix = ''): Group =>
    Object.fromEntries(Object.entries(group).map(([name, kernel]) => [name, timed(prefix + name, kernel)])) as Group;
  const functions = Object.entries(elementwise).map(([name, group]) => [name, each(group, `${name} `)]);
  return { ...each(kernels), elementwise: Object.fromEntries(functions) };
}

function sizesOf(args: readonly unknown[]): number[] {
  return args.filter((arg): arg is number => Number.isInteger(arg) && (arg as number) >= 1);
}

function gflops({ name, sizes: [n, k, m] }: Call, ms: number): string {
  return name.startsWith('matmul') ? digits((2e-6 * n * k * m) / ms) : '';
}

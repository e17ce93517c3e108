import type { SavedDerivation } from '../../model/restoreDerivation.ts';
import { noDerivation } from '../noDerivation.ts';
import type { Graph } from './graph.ts';

const MS_PER_DAY = 86_400_000;

/** What a derivation reads and writes in a graph. */
interface Deriving {
  readonly graph: Graph;
  /** The columns that it reads, in their order. */
  readonly values: readonly string[];
  /** What stands for null in each of them that is one of texts. */
  readonly nullTexts: readonly (string | undefined)[];
  readonly saved: SavedDerivation['saved'];
}

/** Columns as they are derived: doubles in which NaN is null, or texts. */
export interface DerivedColumns {
  readonly values: readonly string[];
  /** What stands for null, in columns of texts. */
  readonly nullText?: string;
}

type Derive = (deriving: Deriving) => readonly string[];

/** What stands for null in texts that are derived: of the characters that nobody has given a meaning. */
const NULL_TEXT = '\u{F0000}';

/** Each derivation of numbers that is data, by its verb: the same operations in float64, in the same order. */
const ofNumbers: Readonly<Record<string, Derive>> = {
  bucket({ graph, values: [value], saved }) {
    const edges = saved.edges as unknown as readonly number[];
    const row = graph.constant(Float64Array.from(edges), [1, edges.length], 'edges');
    const below = graph.node('Cast', [graph.node('LessOrEqual', [row, value])], { attributes: { to: { int: 11 } } });
    const axis = graph.constant(BigInt64Array.of(1n), [1]);
    const count = graph.node('ReduceSum', [below, axis], { attributes: { keepdims: { int: 1 } } });
    return [unlessMissing(graph, value, count)];
  },
  clip({ graph, values: [value], saved: { least, most } }) {
    // Not Min and Max, of which not every runtime keeps NaN.
    const bounded = (op: 'Less' | 'Greater', v: string, bound: number) =>
      graph.node('Where', [graph.node(op, [v, graph.double(bound)]), graph.double(bound), v]);
    const above = least === undefined ? value : bounded('Less', value, Number(least));
    return [most === undefined ? above : bounded('Greater', above, Number(most))];
  },
  cyclical({ graph, values: [value], saved: { period } }) {
    const angle = binary(graph, 'Div', binary(graph, 'Mul', value, 2 * Math.PI), Number(period));
    return [graph.node('Sin', [angle]), graph.node('Cos', [angle])];
  },
  // 1 January 1970 was a Thursday.
  dayOfWeek: ({ graph, values: [ms] }) => [modulo(graph, binary(graph, 'Add', floorDiv(graph, ms, MS_PER_DAY), 3), 7)],
  dayOfYear: ({ graph, values: [ms] }) => [dayOfYear(graph, floorDiv(graph, ms, MS_PER_DAY))],
  difference: ({ graph, values }) => [graph.node('Sub', values)],
  equals({ graph, values: [value], nullTexts: [nullText], saved }) {
    if (typeof saved.value !== 'string') {
      return [unlessMissing(graph, value, truth(graph, 'Equal', value, Number(saved.value)))];
    }
    // No runtime of this version compares texts, but each looks them up.
    const found = graph.node('LabelEncoder', [value], {
      domain: 'ai.onnx.ml',
      attributes: {
        keys_strings: { texts: [nullText as string, saved.value] },
        values_floats: { floats: [Number.NaN, 1] },
        default_float: { float: 0 },
      },
    });
    return [graph.node('Cast', [found], { attributes: { to: { int: 11 } } })];
  },
  greaterThan: ({ graph, values: [value], saved: { limit } }) => [
    unlessMissing(graph, value, truth(graph, 'Greater', value, Number(limit))),
  ],
  hourOfDay({ graph, values: [ms] }) {
    const day = binary(graph, 'Mul', floorDiv(graph, ms, MS_PER_DAY), MS_PER_DAY);
    return [floorDiv(graph, graph.node('Sub', [ms, day]), 3_600_000)];
  },
  log1p: ({ graph, values: [value] }) => [log1p(graph, value)],
  product: ({ graph, values }) => [graph.node('Mul', values)],
  ratio({ graph, values: [a, b] }) {
    const none = graph.node('Equal', [b, graph.double(0)]);
    return [graph.node('Where', [none, graph.double(Number.NaN), graph.node('Div', [a, b])])];
  },
};

/** Each of texts. */
const ofTexts: Readonly<Record<string, Derive>> = {
  concatenate({ graph, values, nullTexts, saved: { separator } }) {
    const between = graph.constant([`${separator}`], [1, 1]);
    const all = values.reduce((text, value) =>
      graph.node('StringConcat', [separator === '' ? text : graph.node('StringConcat', [text, between]), value]),
    );
    const nulls = values.map((value, i) => isNull(graph, value, nullTexts[i] as string));
    const any = nulls.reduce((one, other) => graph.node('Or', [one, other]));
    return [graph.node('Where', [any, graph.constant([NULL_TEXT], [1, 1]), all])];
  },
  lower({ graph, values: [value], nullTexts: [nullText] }) {
    const integer = (number: bigint) => graph.constant(BigInt64Array.of(number), [1]);
    const flat = graph.node('Reshape', [value, integer(-1n)]);
    // One text more: the operator refuses none.
    const padded = graph.node('Concat', [flat, graph.constant([''], [1])], { attributes: { axis: { int: 0 } } });
    const all = graph.node('StringNormalizer', [padded], { attributes: { case_change_action: { text: 'LOWER' } } });
    const lower = graph.node('Slice', [all, integer(0n), integer(-1n)]);
    const column = graph.node('Reshape', [lower, graph.constant(BigInt64Array.of(-1n, 1n), [2])]);
    return [
      graph.node('Where', [isNull(graph, value, nullText as string), graph.constant([NULL_TEXT], [1, 1]), column]),
    ];
  },
};

/**
 * The columns that a derivation adds, from those that it reads.
 *
 * @param nullTexts what stands for null, by columns of texts
 * @throws OptionError where it is a function of the user's
 */
export function deriveInGraph(
  graph: Graph,
  where: string,
  derivation: SavedDerivation,
  values: ReadonlyMap<string, string>,
  nullTexts: ReadonlyMap<string, string>,
): DerivedColumns {
  const { saved, names, columns } = derivation;
  const verb = `${saved.verb}`;
  const derive = Object.hasOwn(ofNumbers, verb)
    ? ofNumbers[verb]
    : Object.hasOwn(ofTexts, verb)
      ? ofTexts[verb]
      : undefined;
  if (!derive) throw noDerivation(where, derivation, 'one that operators of ONNX can express');
  const derived = derive({
    graph: graph.within(names.join(' ')),
    values: columns.map((column) => values.get(column) as string),
    nullTexts: columns.map((column) => nullTexts.get(column)),
    saved,
  });
  return { values: derived, ...(Object.hasOwn(ofTexts, verb) && { nullText: NULL_TEXT }) };
}

/** 1 or 0; of NaN, which is null, anything. */
function truth(graph: Graph, op: 'Equal' | 'Greater', value: string, number: number): string {
  const holds = graph.node(op, [value, graph.double(number)]);
  return graph.node('Cast', [holds], { attributes: { to: { int: 11 } } });
}

function unlessMissing(graph: Graph, value: string, result: string): string {
  return graph.node('Where', [graph.node('IsNaN', [value]), graph.double(Number.NaN), result]);
}

/** Whether a text stands for null, as bools. */
function isNull(graph: Graph, value: string, nullText: string): string {
  const found = graph.node('LabelEncoder', [value], {
    domain: 'ai.onnx.ml',
    attributes: { keys_strings: { texts: [nullText] }, values_int64s: { ints: [1] }, default_int64: { int: 0 } },
  });
  return graph.node('Cast', [found], { attributes: { to: { int: 9 } } });
}

/**
 * `log(1 + v)`, as exact for small v as for others; NaN where v is not above -1.
 *
 * @see Goldberg 1991, What every computer scientist should know about floating-point arithmetic, theorem 4
 */
function log1p(graph: Graph, value: string): string {
  const u = binary(graph, 'Add', value, 1);
  const log = graph.node('Log', [u]);
  const rest = binary(graph, 'Sub', u, 1);
  const zero = graph.double(0);
  const near = graph.node('Mul', [value, graph.node('Div', [log, rest])]);
  const small = graph.node('Where', [graph.node('Equal', [rest, zero]), value, near]);
  const all = graph.node('Where', [graph.node('Greater', [value, graph.double(1)]), log, small]);
  const isAbove = graph.node('Greater', [value, graph.double(-1)]);
  return graph.node('Where', [isAbove, all, graph.double(Number.NaN)]);
}

/** Days since 1 March 0000 in the proleptic Gregorian calendar, whose years of 365 or 366 days then end with the leap day. */
function dayOfYear(graph: Graph, day: string): string {
  const since = binary(graph, 'Add', day, 719_468);
  const ofEra = modulo(graph, since, 146_097);
  const leaps = graph.node('Sub', [
    graph.node('Add', [graph.node('Sub', [ofEra, floorDiv(graph, ofEra, 1460)]), floorDiv(graph, ofEra, 36_524)]),
    floorDiv(graph, ofEra, 146_096),
  ]);
  const year = floorDiv(graph, leaps, 365);
  const centuries = floorDiv(graph, year, 100);
  const begin = graph.node('Sub', [
    graph.node('Add', [binary(graph, 'Mul', year, 365), floorDiv(graph, year, 4)]),
    centuries,
  ]);
  const fromMarch = graph.node('Sub', [ofEra, begin]);
  const zero = graph.double(0);
  const fourth = graph.node('Equal', [modulo(graph, year, 4), zero]);
  const hundredth = graph.node('Equal', [modulo(graph, year, 100), zero]);
  const first = graph.node('Equal', [year, zero]);
  const isLeap = graph.node('And', [fourth, graph.node('Or', [graph.node('Not', [hundredth]), first])]);
  const inYear = graph.node('Add', [
    binary(graph, 'Add', fromMarch, 60),
    graph.node('Where', [isLeap, graph.double(1), zero]),
  ]);
  const isNext = graph.node('GreaterOrEqual', [fromMarch, graph.double(306)]);
  return graph.node('Where', [isNext, binary(graph, 'Sub', fromMarch, 305), inYear]);
}

function binary(graph: Graph, op: 'Add' | 'Sub' | 'Mul' | 'Div', value: string, number: number): string {
  return graph.node(op, [value, graph.double(number)]);
}

function floorDiv(graph: Graph, value: string, divisor: number): string {
  return graph.node('Floor', [binary(graph, 'Div', value, divisor)]);
}

/** At least 0, also for numbers below 0. */
function modulo(graph: Graph, value: string, divisor: number): string {
  return graph.node('Sub', [value, binary(graph, 'Mul', floorDiv(graph, value, divisor), divisor)]);
}

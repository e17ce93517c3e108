import type { Fitted, FittedCategories } from '../../preprocess/fit/fitted.ts';
import type { RowLayout } from '../../preprocess/types.ts';
import { concat, type Graph, type InputPart } from './graph.ts';
import { encodeBins, encodeNumbers, isBinned, isNumbers, type Numbers, type Placed } from './numbersGraph.ts';

/** What becomes of columns before the network. */
export interface Encoded {
  readonly parts: readonly InputPart[];
  /** The code of each embedding, int64 `[n, 1]`, by its feature. */
  readonly codes: ReadonlyMap<string, string>;
  /** Of bools `[n, 1]`: whether a row cannot be used. */
  readonly refused: readonly string[];
}

/** Numbers beyond those that a category can be: they stand for what is missing, and for what float64 cannot tell from its neighbour. */
const MISSING_NUMBER = 2 ** 54;
const INEXACT_NUMBER = 2 ** 55;
const NO_CATEGORY = 2 ** 56;

/** A category that cannot be used. */
const REFUSED = -1;

/**
 * Encodes columns as `Encoder` does, in float64 up to the last step.
 *
 * @param values the columns of features: doubles `[n, size]` in which NaN is null, texts `[n, 1]`
 * @param nullTexts what stands for null in columns of texts
 */
export function encodeColumns(
  graph: Graph,
  fitted: Fitted,
  layout: RowLayout,
  values: ReadonlyMap<string, string>,
  nullTexts: ReadonlyMap<string, string>,
): Encoded {
  const parts: InputPart[] = [];
  const refused: string[] = [];
  const codes = new Map<string, string>();
  const columnOf = (name: string) => layout.fields.find((field) => field.name === name && 'column' in field) as Placed;

  const numbers = fitted.features.filter((feature) => isNumbers(feature) && !isBinned(feature)) as Numbers[];
  if (numbers.length > 0) {
    const encoded = encodeNumbers(graph.within('numbers'), numbers, columnOf, values);
    parts.push(...encoded.parts);
    refused.push(encoded.refused);
  }
  for (const feature of fitted.features) {
    if (isBinned(feature)) {
      const value = values.get(feature.name) as string;
      const encoded = encodeBins(graph.within(feature.name), feature, columnOf(feature.name).column, value);
      parts.push(...encoded.parts);
      refused.push(encoded.refused);
    }
    if (isNumbers(feature)) continue;
    const within = graph.within(feature.name);
    const text = feature.type === 'string' ? (nullTexts.get(feature.name) ?? null) : null;
    const value = values.get(feature.name) as string;
    const found =
      feature.type === 'string' ? textCode(within, feature, value, text) : numberCode(within, feature, value);
    let code = found.code;
    if (found.canRefuse) {
      const zero = within.constant(BigInt64Array.of(0n), [1, 1]);
      refused.push(within.node('Less', [code, zero]));
      code = within.node('Max', [code, zero]);
    }
    if (feature.kind === 'embedding') {
      codes.set(feature.name, code);
      continue;
    }
    const { column, size } = columnOf(feature.name) as Placed & { size: number };
    const all = within.constant(
      BigInt64Array.from({ length: size }, (_, i) => BigInt(i)),
      [1, size],
      'codes',
    );
    const value1 = within.node('Cast', [within.node('Equal', [code, all])], { attributes: { to: { int: 1 } } });
    parts.push({ value: value1, columns: Array.from({ length: size }, (_, i) => column + i) });
  }
  return { parts, codes, refused };
}

interface Code {
  readonly code: string;
  /** Whether it may be one that says that the row cannot be used. */
  readonly canRefuse: boolean;
}

const codeOfMissing = ({ missing }: FittedCategories) => ({ unseen: 0, category: 1, error: REFUSED })[missing];
const firstCode = ({ missing }: FittedCategories) => (missing === 'category' ? 2 : 1);

/** @param nullText what stands for null; null where nothing needs to */
function textCode(graph: Graph, feature: FittedCategories, value: string, nullText: string | null): Code {
  const { values, missing } = feature;
  const codes = values.map((_, i) => i + firstCode(feature));
  const keys = nullText === null ? values : [nullText, ...values];
  const all = nullText === null ? codes : [codeOfMissing(feature), ...codes];
  return {
    code: lookUp(graph, value, { keys_strings: { texts: keys.map(String) } }, all),
    canRefuse: missing === 'error',
  };
}

function lookUp(
  graph: Graph,
  value: string,
  keys: { keys_strings: { texts: readonly string[] } } | { keys_int64s: { ints: readonly number[] } },
  codes: readonly number[],
): string {
  return graph.node('LabelEncoder', [value], {
    domain: 'ai.onnx.ml',
    attributes: { ...keys, values_int64s: { ints: codes }, default_int64: { int: 0 } },
  });
}

/** Numbers, and booleans as 0 and 1. */
function numberCode(graph: Graph, feature: FittedCategories, value: string): Code {
  const { missing } = feature;
  const values = feature.values.map(Number);
  const first = firstCode(feature);
  const isMissing = graph.node('IsNaN', [value]);
  const isExact = graph.node('LessOrEqual', [graph.node('Abs', [value]), graph.double(Number.MAX_SAFE_INTEGER)]);
  const number = (name: number) => graph.double(name);
  if (values.every(Number.isInteger)) {
    const isWhole = graph.node('Equal', [graph.node('Floor', [value]), value]);
    const whole = graph.node('Where', [isWhole, value, number(NO_CATEGORY)]);
    const exact = graph.node('Where', [isExact, whole, number(INEXACT_NUMBER)]);
    const key = graph.node('Where', [isMissing, number(MISSING_NUMBER), exact]);
    const integer = graph.node('Cast', [key], { attributes: { to: { int: 7 } } });
    const codes = values.map((_, i) => i + first);
    const keys = { keys_int64s: { ints: [MISSING_NUMBER, INEXACT_NUMBER, ...values] } };
    return { code: lookUp(graph, integer, keys, [codeOfMissing(feature), REFUSED, ...codes]), canRefuse: true };
  }
  // Fractions are told apart by comparing: no runtime looks float64 up.
  const size = values.length;
  const row = graph.constant(Float64Array.from(values), [1, size], 'categories');
  const codes = graph.constant(
    BigInt64Array.from(values, (_, i) => BigInt(i + first)),
    [1, size],
    'codes',
  );
  const hits = graph.node('Cast', [graph.node('Equal', [value, row])], { attributes: { to: { int: 7 } } });
  const axis = graph.constant(BigInt64Array.of(1n), [1]);
  const found = graph.node('ReduceSum', [graph.node('Mul', [hits, codes]), axis], {
    attributes: { keepdims: { int: 1 } },
  });
  const integer = (code: number) => graph.constant(BigInt64Array.of(BigInt(code)), [1, 1]);
  const exact = graph.node('Where', [isExact, found, integer(REFUSED)]);
  const code = graph.node('Where', [isMissing, integer(codeOfMissing({ ...feature, missing })), exact]);
  return { code, canRefuse: true };
}

/** The parts of x in the order of its columns, `[n, width]`. */
export function arrange(graph: Graph, parts: readonly InputPart[]): string {
  const sorted = [...parts].sort((a, b) => (a.columns[0] as number) - (b.columns[0] as number));
  const all = concat(
    graph,
    sorted.map(({ value }) => value),
  );
  const columns = sorted.flatMap(({ columns }) => columns);
  if (columns.every((column, i) => column === i)) return all;
  const order = columns.map((_, column) => BigInt(columns.indexOf(column)));
  return graph.node('Gather', [all, graph.constant(BigInt64Array.from(order), [order.length], 'order')], {
    attributes: { axis: { int: 1 } },
  });
}

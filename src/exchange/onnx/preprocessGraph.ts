import type {
  Fitted,
  FittedCategories,
  FittedFeature,
  FittedNumeric,
  FittedVector,
} from '../../preprocess/fit/fitted.ts';
import type { RowLayout } from '../../preprocess/types.ts';
import type { Graph } from './graph.ts';

/** A part of x: a tensor `[n, columns]`, and where its columns belong. */
export interface InputPart {
  readonly value: string;
  readonly columns: readonly number[];
}

/** What becomes of columns before the network. */
export interface Encoded {
  readonly parts: readonly InputPart[];
  /** The code of each embedding, int64 `[n, 1]`, by its feature. */
  readonly codes: ReadonlyMap<string, string>;
  /** Of bools `[n, 1]`: whether a row cannot be used. */
  readonly refused: readonly string[];
}

const FLOAT32_MAX = 3.4028234663852886e38;

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

type Placed = { readonly name: string; readonly column: number };
type Numbers = FittedNumeric | FittedVector;

function isNumbers(feature: FittedFeature): feature is Numbers {
  return feature.kind === 'numeric' || feature.kind === 'vector';
}

type Binned = FittedNumeric & { readonly edges: readonly number[] };

function isBinned(feature: FittedFeature): feature is Binned {
  return feature.kind === 'numeric' && feature.edges !== undefined;
}

/** A number as how far it has come in each of its bins. */
function encodeBins(
  graph: Graph,
  { edges, fill, indicator }: Binned,
  column: number,
  value: string,
): { readonly parts: readonly InputPart[]; readonly refused: string } {
  const bins = edges.length - 1;
  const row = (name: string, number: (bin: number) => number) =>
    graph.constant(
      Float64Array.from({ length: bins }, (_, bin) => number(bin)),
      [1, bins],
      name,
    );
  const missing = graph.node('IsNaN', [value]);
  const filled = graph.node('Where', [missing, graph.double(fill ?? Infinity), value]);
  const begin = row('begin', (bin) => edges[bin] as number);
  const width = row('width', (bin) => (edges[bin + 1] as number) - (edges[bin] as number));
  const come = graph.node('Div', [graph.node('Sub', [filled, begin]), width]);
  const least = row('least', (bin) => (bin === 0 ? -Infinity : 0));
  const most = row('most', (bin) => (bin === bins - 1 ? Infinity : 1));
  const x = graph.node('Min', [graph.node('Max', [come, least]), most]);
  const fits = graph.node('LessOrEqual', [graph.node('Abs', [x]), graph.double(FLOAT32_MAX)]);
  const toFloat = { attributes: { to: { int: 1 } } };
  const columns = Array.from({ length: bins }, (_, bin) => column + bin);
  const parts: InputPart[] = [{ value: graph.node('Cast', [x], toFloat), columns }];
  if (indicator) parts.push({ value: graph.node('Cast', [missing], toFloat), columns: [column + bins] });
  return { parts, refused: anyOfRow(graph, graph.node('Not', [fits]), bins) };
}

/** All other features of numbers at once: what is missing is filled, the rest is shifted, scaled and clipped. */
function encodeNumbers(
  graph: Graph,
  features: readonly Numbers[],
  columnOf: (name: string) => Placed,
  values: ReadonlyMap<string, string>,
): { readonly parts: readonly InputPart[]; readonly refused: string } {
  const sizeOf = (feature: Numbers) => (feature.kind === 'vector' ? feature.size : 1);
  const each = (number: (feature: Numbers) => number) =>
    features.flatMap((one) => Array(sizeOf(one)).fill(number(one)));
  const width = each(() => 0).length;
  const row = (name: string, number: (feature: Numbers) => number) =>
    graph.constant(Float64Array.from(each(number)), [1, width], name);

  const raw = concat(
    graph,
    features.map(({ name }) => values.get(name) as string),
  );
  const missing = graph.node('IsNaN', [raw]);
  // Where nothing stands in for it, the row is refused as one of an infinite number is.
  const filled = graph.node('Where', [missing, row('fill', ({ fill }) => fill ?? Infinity), raw]);
  const scaled = graph.node('Div', [
    graph.node('Sub', [filled, row('shift', ({ shift }) => shift)]),
    row('scale', ({ scale }) => scale),
  ]);
  const fits = graph.node('LessOrEqual', [graph.node('Abs', [scaled]), graph.double(FLOAT32_MAX)]);
  const refused = anyOfRow(graph, graph.node('Not', [fits]), width);
  const isClipped = each((feature) => (feature.kind === 'numeric' && feature.clip ? 1 : 0));
  const clipped = isClipped.includes(1) ? smoothClip(graph, scaled, isClipped) : scaled;
  const x = graph.node('Cast', [clipped], { attributes: { to: { int: 1 } } });

  const starts = features.map((_, i) => features.slice(0, i).reduce((sum, one) => sum + sizeOf(one), 0));
  const columns = features.flatMap((one) => {
    const { column } = columnOf(one.name);
    return Array.from({ length: sizeOf(one) }, (_, k) => column + k);
  });
  const indicated = features.flatMap((one, i) =>
    one.kind === 'numeric' && one.indicator ? [{ at: starts[i], column: columnOf(one.name).column + 1 }] : [],
  );
  if (indicated.length === 0) return { parts: [{ value: x, columns }], refused };
  const at = graph.constant(
    BigInt64Array.from(indicated, ({ at }) => BigInt(at as number)),
    [indicated.length],
    'indicated',
  );
  const picked = graph.node('Gather', [missing, at], { attributes: { axis: { int: 1 } } });
  const indicators = graph.node('Cast', [picked], { attributes: { to: { int: 1 } } });
  return {
    parts: [
      { value: x, columns },
      { value: indicators, columns: indicated.map(({ column }) => column) },
    ],
    refused,
  };
}

/** `x / sqrt(1 + (x / 3)²)` in the columns that are clipped. */
function smoothClip(graph: Graph, x: string, isClipped: readonly number[]): string {
  // As the encoder does: no square is infinite.
  const near = graph.node('Min', [graph.node('Max', [x, graph.double(-1e9)]), graph.double(1e9)]);
  const third = graph.node('Div', [near, graph.double(3)]);
  const root = graph.node('Sqrt', [graph.node('Add', [graph.node('Mul', [third, third]), graph.double(1)])]);
  const clipped = graph.node('Div', [near, root]);
  if (!isClipped.includes(0)) return clipped;
  const mask = graph.constant(Float64Array.from(isClipped), [1, isClipped.length], 'clipped');
  return graph.node('Where', [graph.node('Greater', [mask, graph.double(0)]), clipped, x]);
}

/** Whether one of bools `[n, width]` is true, `[n, 1]`. */
function anyOfRow(graph: Graph, bools: string, width: number): string {
  if (width === 1) return bools;
  const ones = graph.node('Cast', [bools], { attributes: { to: { int: 6 } } });
  const axis = graph.constant(BigInt64Array.of(1n), [1]);
  const count = graph.node('ReduceSum', [ones, axis], { attributes: { keepdims: { int: 1 } } });
  return graph.node('Cast', [count], { attributes: { to: { int: 9 } } });
}

/** Side by side. */
export function concat(graph: Graph, values: readonly string[], output?: string): string {
  if (values.length === 1 && output === undefined) return values[0] as string;
  return graph.node('Concat', values, { attributes: { axis: { int: 1 } }, ...(output !== undefined && { output }) });
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

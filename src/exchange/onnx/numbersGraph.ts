import type { FittedFeature, FittedNumeric, FittedVector } from '../../preprocess/fit/fitted.ts';
import { concat, type Graph, type InputPart } from './graph.ts';

const FLOAT32_MAX = 3.4028234663852886e38;

/** Where a feature is in x. */
export type Placed = { readonly name: string; readonly column: number };
export type Numbers = FittedNumeric | FittedVector;

export function isNumbers(feature: FittedFeature): feature is Numbers {
  return feature.kind === 'numeric' || feature.kind === 'vector';
}

export type Binned = FittedNumeric & { readonly edges: readonly number[] };

export function isBinned(feature: FittedFeature): feature is Binned {
  return feature.kind === 'numeric' && feature.edges !== undefined;
}

/** A number as how far it has come in each of its bins. */
export function encodeBins(
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
  const x = graph.node('Min', [graph.node('Max', [come, graph.double(0)]), graph.double(1)]);
  const isNumber = graph.node('LessOrEqual', [graph.node('Abs', [filled]), graph.double(Number.MAX_VALUE)]);
  const toFloat = { attributes: { to: { int: 1 } } };
  const columns = Array.from({ length: bins }, (_, bin) => column + bin);
  const parts: InputPart[] = [{ value: graph.node('Cast', [x], toFloat), columns }];
  if (indicator) parts.push({ value: graph.node('Cast', [missing], toFloat), columns: [column + bins] });
  return { parts, refused: graph.node('Not', [isNumber]) };
}

/** All other features of numbers at once: what is missing is filled, the rest is shifted, scaled and clipped. */
export function encodeNumbers(
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

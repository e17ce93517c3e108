import { type FittedCategories, type FittedFeature, numberColumns } from '../../preprocess/fit/fitted.ts';
import type { RowLayout } from '../../preprocess/types.ts';
import { type Code, literal } from './code.ts';

/** Writes what puts a column into x. @param tableOf the rows of an embedding, by its feature */
export function encodeText(
  code: Code,
  feature: FittedFeature,
  layout: RowLayout,
  value: string,
  tableOf: (name: string) => { readonly data: ArrayLike<number> },
): void {
  const field = layout.fields.find((each) => each.name === feature.name && 'column' in each) as {
    readonly column: number;
  };
  const { column } = field;
  const name = JSON.stringify(feature.name);
  if (feature.kind === 'numeric' || feature.kind === 'vector') {
    const { shift, scale, fill } = feature;
    const scaling = `${literal(shift)}, ${literal(scale)}, ${fill === null ? 'null' : literal(fill)}`;
    if (feature.kind === 'vector') {
      const item = `${value}?.[k] ?? null`;
      const missing = `Number.isNaN(${value}?.[k]) ? null : (${item})`;
      code.line(
        `for (let k = 0; k < ${feature.size}; k++) x[${column} + k] = ${code.call('scaled')}(${name}, ${missing}, ${scaling});`,
      );
      return;
    }
    if (feature.edges) {
      const edges = code.numbers(Float64Array.from(feature.edges));
      const stand = fill === null ? 'null' : literal(fill);
      code.line(`${code.call('inBins')}(${name}, ${value}, ${edges}, ${stand}, x, ${column});`);
    } else {
      const form = feature.clip ? `${scaling}, ${code.call('smoothClip')}` : scaling;
      code.line(`x[${column}] = ${code.call('scaled')}(${name}, ${value}, ${form});`);
    }
    if (feature.indicator) {
      code.line(`x[${column + numberColumns(feature) - 1}] = ${value} === null ? 1 : 0;`);
    }
    return;
  }
  const found = codeText(code, feature, name, value);
  if (feature.kind === 'oneHot') {
    code.line(`x[${column} + ${found}] = 1;`);
    return;
  }
  const table = code.numbers(tableOf(feature.name).data);
  const { width } = feature;
  code.line(`const e${column} = ${width} * ${found};`);
  code.line(`for (let k = 0; k < ${width}; k++) x[${column} + k] = ${table}[e${column} + k] as number;`);
}

function codeText(code: Code, { missing, values }: FittedCategories, name: string, value: string): string {
  const table = code.constant(`${code.call('numbered')}(${JSON.stringify(values)}, ${missing === 'category' ? 2 : 1})`);
  return `${code.call('code')}(${name}, ${value}, ${table}, ${{ unseen: 0, category: 1, error: -1 }[missing]})`;
}

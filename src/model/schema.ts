import type { Preprocessor } from '../preprocess/encode/preprocessor.ts';
import { binaryLabels, type Fitted, type FittedTarget } from '../preprocess/fit/fitted.ts';
import type { Category } from '../source/column/categoryTable.ts';
import type { ColumnKind } from '../source/column/columnKind.ts';
import type { ColumnType, ListType } from '../source/text/columnType.ts';
import type { TextTypes } from '../source/types.ts';
import type { SavedDerivation } from './restoreDerivation.ts';

/** A column that a model needs. */
export interface ModelColumn {
  readonly name: string;
  /**
   * What it holds: a number, a boolean, a string, a point in time, or a list of numbers. `any` where only a function of the user's reads it and
   * the data that the model was trained on do not tell.
   */
  readonly kind: Exclude<ColumnKind, 'null'> | 'any';
  /** Numbers in a list, where it is one. */
  readonly size?: number;
  /** The type that text of it is read with, where it is known. */
  readonly type?: ColumnType | ListType;
  /** Whether a row may lack a value here: something then stands in for it. */
  readonly nullable: boolean;
  /** The values that training has seen, where it is a category; others count as unknown. */
  readonly values?: readonly Category[];
  /** The columns that are computed from it; none where it goes in as it is. */
  readonly derives?: readonly string[];
}

/** What a model needs, and what it predicts. */
export interface ModelSchema {
  readonly columns: readonly ModelColumn[];
  readonly target: Preprocessor['target'];
  /** The columns of a prediction, in their order. */
  readonly outputs: readonly string[];
  /** The type of `predicted`: that of the label, or a number. */
  readonly predicted: 'number' | 'boolean' | 'string';
}

/** The type of what is predicted for a target. */
export function predictedType(target: FittedTarget): ModelSchema['predicted'] {
  if (target.kind === 'regression') return 'number';
  const values = target.kind === 'binary' ? binaryLabels(target) : target.values;
  return typeof values[0] as ModelSchema['predicted'];
}

/** What is known of the kinds of columns that text was read as. */
const kindOfType: Readonly<Record<ColumnType, ModelColumn['kind']>> = {
  int32: 'number',
  int64: 'number',
  float32: 'number',
  float64: 'number',
  boolean: 'boolean',
  string: 'string',
  date: 'timestamp',
  timestamp: 'timestamp',
  timestampUtc: 'timestamp',
};

/** Takes the columns that a model needs from what was fitted, and from the derivations before it. */
export function modelColumns(
  fitted: Pick<Fitted, 'features'>,
  derivations: readonly SavedDerivation[],
  sources: readonly string[],
  types: TextTypes,
): ModelColumn[] {
  return sources.map((name): ModelColumn => {
    const derives = derivations.filter(({ columns }) => columns.includes(name)).flatMap(({ names }) => names);
    const type = types[name];
    const feature = fitted.features.find((each) => each.name === name);
    const common = { name, ...(type && { type }), ...(derives.length > 0 && { derives }) };
    if (!feature) {
      const reader = derivations.find(({ columns }) => columns.includes(name));
      const known = type === undefined ? 'any' : (kindOfType[type as ColumnType] ?? 'list');
      return { ...common, kind: reader?.reads ?? known, nullable: true };
    }
    const kind = feature.type === 'null' ? 'any' : feature.type;
    if (feature.kind === 'numeric') return { ...common, kind, nullable: feature.fill !== null };
    if (feature.kind === 'vector') return { ...common, kind, size: feature.size, nullable: feature.fill !== null };
    return { ...common, kind, nullable: feature.missing !== 'error', values: feature.values };
  });
}

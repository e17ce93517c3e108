import type { ColumnNote } from '../columnNote.ts';
import type { ByteInput } from '../input/byteInput.ts';
import type { TextTypes } from '../types.ts';
import { type ColumnType, type ListType, widerType } from './columnType.ts';
import type { Doubt } from './doubt.ts';
import type { TypeInference } from './inferColumnTypes.ts';
import { linesOf, type TextColumn } from './textErrors.ts';
import { nullsWith, typeOption, valueHint } from './valueHint.ts';
import type { ValueStyle } from './valueStyle.ts';

export interface TellOptions {
  /** The types that were declared. */
  readonly given: ReadonlyMap<string, ColumnType | ListType>;
  /** What somebody knows from elsewhere of the types that were not: see `SourceChange`. */
  readonly known: TextTypes;
  readonly inference: TypeInference;
  /** Rows that were looked at, and whether they are all there are. */
  readonly rows: number;
  readonly isWhole: boolean;
  readonly style: ValueStyle;
}

/** What a text has for columns, and what is to be said of those that were left out since no type has what is in them. */
export interface ToldColumns {
  readonly columns: readonly TextColumn[];
  readonly leftOut: ReadonlyMap<string, ColumnNote>;
}

/** Gives each column its type: as it is declared, as it is known, or as it was inferred. */
export async function inferColumns(
  input: ByteInput,
  names: readonly string[],
  { given, known, inference, rows, isWhole, style }: TellOptions,
): Promise<ToldColumns> {
  const doubts: { readonly name: string; readonly doubt: Doubt }[] = [];
  const reasons = new Map<string, ColumnNote>();
  const types = names.map((name, i): Omit<TextColumn, 'note'> | undefined => {
    const declared = given.get(name);
    if (declared) return { name, type: declared };
    const { type, doubt } = inference.column(i);
    const before = Object.hasOwn(known, name) ? known[name] : undefined;
    if (before) return { name, type: widerType(before, type ?? undefined), isKnown: true };
    if (doubt) doubts.push({ name, doubt });
    if (type !== null) return type && { name, type };
    if (isWhole) return { name, type };
    reasons.set(name, noValue(name, rows));
    return { name, type: 'string' };
  });
  const lines = await linesOf(
    input,
    doubts.map(({ doubt }) => doubt.at),
  );
  for (const [i, { name, doubt }] of doubts.entries()) {
    const place = `${input.name}, ${lines[i] === undefined ? `byte ${doubt.at}` : `line ${lines[i]}`}`;
    reasons.set(name, noteFor(name, doubt, place, style));
  }
  const leftOut = new Map<string, ColumnNote>();
  const columns = types.flatMap((column, i): TextColumn[] => {
    const name = names[i]!;
    const why = reasons.get(name);
    if (column) return [why ? { ...column, note: why } : column];
    leftOut.set(
      name,
      why ?? { reason: 'it holds lists without values', hint: `Give ${typeOption(name, 'float64[3]')}` },
    );
    return [];
  });
  return { columns, leftOut };
}

function noValue(name: string, rows: number): ColumnNote {
  return {
    reason: `none of the first ${rows} rows has a value in it`,
    hint: `Give ${typeOption(name, 'float64')}, or look at more rows with inferRows`,
  };
}

const typeOf = { numbers: 'float64', booleans: 'boolean', times: 'timestamp' } as const;

function noteFor(
  column: string,
  { kind, count, values, text, valueClass, words }: Doubt,
  place: string,
  style: ValueStyle,
): ColumnNote {
  if (kind === 'lists' || kind === 'single values') {
    const type = typeOption(column, kind === 'lists' ? 'float64[3]' : 'float64');
    const most = count > 0 ? `${count} of ${values} values are ${kind}, but ` : '';
    return {
      reason: `${most}it holds ${valueClass === 'nested' ? 'objects or other arrays' : 'others'}, as ${text} (${place})`,
      hint: `Name the value in it, as '${column}.key', or give the type that most have, as ${type}`,
    };
  }
  const value = `${JSON.stringify(text)} (${place})`;
  const reason =
    count > 0 ? `${count} of ${values} values are ${kind}, ${value} is not` : `its first value is ${value}`;
  const hint =
    valueHint({ column, valueClass, text, words }, style) ??
    `Give ${nullsWith([text], style)} where it stands for no value, or ${typeOption(column, typeOf[kind])} and badRows to leave such rows out`;
  return { reason, hint, ...((valueClass === 'code' || valueClass === 'plus') && { isMeant: true }) };
}

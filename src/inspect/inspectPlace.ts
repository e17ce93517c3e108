import { Type } from 'apache-arrow';
import type { Json } from '../json.ts';
import { columnKind } from '../source/column/columnKind.ts';
import { files } from '../source/files/files.ts';
import { listFiles } from '../source/files/listFiles.ts';
import { type FormatName, formatOf, openPlace } from '../source/formats.ts';
import { isMany } from '../source/readAlike.ts';
import type { Source } from '../source/types.ts';
import { type InspectOptions, inspect } from './inspect.ts';
import { textLayout } from './textLayout.ts';
import type { InspectedColumn, InspectedPlace, Inspection } from './types.ts';

export interface PlaceOptions extends InspectOptions {
  /**
   * The format of the files.
   * @default what their names tell
   */
  readonly format?: FormatName | undefined;
  /** Options of the reader, which are not inferred. */
  readonly given?: { readonly [option: string]: Json };
}

/** What a file, a folder or a pattern holds, and how it is to be read so that its columns are what they were taken for. */
export async function inspectPlace(
  place: string,
  { format: named, given = {}, ...options }: PlaceOptions,
): Promise<{ readonly inspection: Inspection; readonly place: InspectedPlace }> {
  const many = isMany(place);
  const [first] = many ? await listFiles(`files ${place}`, place) : [place];
  const format = named ?? formatOf(first!);
  const isDelimited = format === 'csv' || format === 'tsv';
  const layout =
    isDelimited && !/^https?:/i.test(place)
      ? await textLayout(first!, format === 'tsv' ? '\t' : ',', options.target)
      : { options: {}, notes: [] };
  const open = (reading: object): Source =>
    many ? files(place, (path) => openPlace(path, format, reading)) : openPlace(place, format, reading);
  const before = { ...layout.options, ...given };
  const source = open(before);
  // What files are read with is known once they are listed.
  await source.schema(options.signal);
  const inspection = await inspect(source, options);
  const reading = { ...inspection.reading, ...before };
  const types = isDelimited || format === 'jsonLines' ? await typesOf(open(reading), inspection, reading) : {};
  const all =
    Object.keys(types).length > 0 ? { ...reading, types: { ...types, ...(reading.types as object) } } : reading;
  return {
    inspection: { ...inspection, notes: [...layout.notes, ...inspection.notes] },
    place: { place, format: format!, isMany: many, options: all },
  };
}

/** The types of columns that their reader would take for something else than they are. */
async function typesOf(
  source: Source,
  { columns }: Inspection,
  { decimal = '.' }: { readonly [option: string]: Json },
): Promise<{ [column: string]: Json }> {
  const { fields } = await source.schema();
  const types = new Map(fields.map(({ name, type }) => [name, type]));
  const wrong = (column: InspectedColumn): string | undefined => {
    const type = types.get(column.name);
    if (type === undefined) return undefined;
    const kind = columnKind(type);
    const isNumbers = column.kind === 'integers' || column.kind === 'numbers';
    if (isNumbers && (column.style === undefined || isReadable(column.style, decimal, column.kind))) {
      if (kind !== 'number' && kind !== 'null') return column.kind === 'integers' ? 'int64' : 'float64';
      return column.kind === 'numbers' && type.typeId === Type.Int ? 'float64' : undefined;
    }
    if (column.kind === 'dates' && column.dateFormat === undefined && kind === 'string') {
      return column.hasTime ? 'timestamp' : 'date';
    }
    const isText = isNumbers || column.kind === 'dates' ? kind === 'number' : column.isCode;
    if (column.kind === 'categories' || isText) return kind === 'string' || kind === 'null' ? undefined : 'string';
    return column.kind === 'booleans' && kind === 'string' ? 'boolean' : undefined;
  };
  return Object.fromEntries(
    columns.flatMap((column) => {
      const isUsed = column.role === 'feature' || column.role === 'target' || column.role === 'time';
      const type = isUsed ? wrong(column) : undefined;
      return type === undefined ? [] : [[column.name, type]];
    }),
  );
}

/** Whether a reader of text takes for numbers what is written in a style. */
export function isReadable(
  { decimal, thousands, unit }: NonNullable<InspectedColumn['style']>,
  read: Json,
  kind: InspectedColumn['kind'],
): boolean {
  return thousands === '' && unit === '' && (decimal === read || kind === 'integers');
}

import { isDeepStrictEqual } from 'node:util';
import { ResumeError } from '../errors.ts';
import { shownNames } from '../options/shown.ts';
import { bucket } from '../preprocess/derive/bucket.ts';
import { clip } from '../preprocess/derive/clip.ts';
import { concatenate } from '../preprocess/derive/concatenate.ts';
import { cyclical } from '../preprocess/derive/cyclical.ts';
import { dayOfWeek } from '../preprocess/derive/dayOfWeek.ts';
import { dayOfYear } from '../preprocess/derive/dayOfYear.ts';
import type { Derivation } from '../preprocess/derive/derivation.ts';
import { difference } from '../preprocess/derive/difference.ts';
import { equals } from '../preprocess/derive/equals.ts';
import { greaterThan } from '../preprocess/derive/greaterThan.ts';
import { hourOfDay } from '../preprocess/derive/hourOfDay.ts';
import { log1p } from '../preprocess/derive/log1p.ts';
import { lower } from '../preprocess/derive/lower.ts';
import { product } from '../preprocess/derive/product.ts';
import { ratio } from '../preprocess/derive/ratio.ts';
import type { Category } from '../source/column/categoryTable.ts';
import type { SavedMember } from './savedModel.ts';

type OfColumn<Options = object> = SavedMember & Options & { readonly column: string; readonly as: string };
type OfColumns<Options = object> = SavedMember & Options & { readonly columns: readonly string[]; readonly as: string };
type OfTwo = SavedMember & { readonly columns: readonly [string, string]; readonly as: string };

/** Each derivation that is data, which a file can hold, by its verb. */
const makers: Readonly<Record<string, (saved: never) => Derivation>> = {
  bucket: ({ column, edges, as }: OfColumn<{ edges: readonly number[] }>) => bucket(column, edges, { as }),
  clip: ({ verb: _, column, ...options }: OfColumn) => clip(column, options),
  concatenate: ({ columns, separator, as }: OfColumns<{ separator: string }>) =>
    concatenate(columns, { separator, as }),
  cyclical: ({ column, period, as }: OfColumn<{ period: number }>) => cyclical(column, { period, as }),
  dayOfWeek: ({ column, as }: OfColumn) => dayOfWeek(column, { as }),
  dayOfYear: ({ column, as }: OfColumn) => dayOfYear(column, { as }),
  difference: ({ columns: [first, second], as }: OfTwo) => difference(first, second, { as }),
  equals: ({ column, value, as }: OfColumn<{ value: Category }>) => equals(column, value, { as }),
  greaterThan: ({ column, limit, as }: OfColumn<{ limit: number }>) => greaterThan(column, limit, { as }),
  hourOfDay: ({ column, as }: OfColumn) => hourOfDay(column, { as }),
  log1p: ({ column, as }: OfColumn) => log1p(column, { as }),
  lower: ({ column, as }: OfColumn) => lower(column, { as }),
  product: ({ columns: [first, second], as }: OfTwo) => product(first, second, { as }),
  ratio: ({ columns: [first, second], as }: OfTwo) => ratio(first, second, { as }),
};

/** The columns that a derivation adds and reads, as far as its plain data say so. */
export interface SavedDerivation {
  readonly saved: SavedMember;
  readonly names: readonly string[];
  readonly columns: readonly string[];
  /** What its columns hold; undefined for a function of the user's, which takes anything. */
  readonly reads?: Derivation['reads'];
}

/** Reads what a derivation does to columns from its plain data. */
export function savedDerivation(saved: SavedMember): SavedDerivation {
  const { name, columns } = saved;
  const maker = makerOf(saved);
  if (maker) {
    const { names, columns, reads } = maker(saved as never);
    return { saved, names, columns, ...(reads && { reads }) };
  }
  return { saved, names: [`${name}`], columns: Array.isArray(columns) ? columns.map(String) : [] };
}

function makerOf({ verb }: SavedMember): ((saved: never) => Derivation) | undefined {
  return Object.hasOwn(makers, `${verb}`) ? makers[`${verb}`] : undefined;
}

/**
 * The derivation that a checkpoint has as plain data. A function is never run from a file: whoever uses the model gives it.
 *
 * @param where names the checkpoint
 * @param given the user's own
 * @param tell receives a warning where a function's text differs from that of the model
 * @throws ResumeError where it is a function, and is not given
 */
export function restoreDerivation(
  where: string,
  { saved, names, columns }: SavedDerivation,
  given: readonly Derivation[],
  tell: (line: string) => void,
): Derivation {
  const own = given.find((each) => isDeepStrictEqual(each.names, names));
  if (!own) {
    const maker = makerOf(saved);
    if (maker) return maker(saved as never);
    throw new ResumeError({
      where,
      expected: `the derivation of ${shownNames(names)}, a function of ${shownNames(columns)}`,
      received: 'none: a function is not run from a file',
      hint: `Give it: loadModel(path, { derive: [derive('${names[0]}', ...)] }), or { pipeline }`,
    });
  }
  if (!isDeepStrictEqual([...own.columns], [...columns])) {
    throw new ResumeError({
      where,
      expected: `the derivation of ${shownNames(names)} to read ${shownNames(columns)}, as when the model was trained`,
      received: shownNames(own.columns),
      hint: 'Give the derivation that the model was trained with',
    });
  }
  if (!isDeepStrictEqual(JSON.parse(JSON.stringify(own.description)), saved)) {
    tell(
      `${where}: the derivation of ${shownNames(names)} has another text than when the model was trained; see that it does the same`,
    );
  }
  return own;
}

import type { SavedDerivation } from '../../model/restoreDerivation.ts';
import { noDerivation } from '../noDerivation.ts';
import type { Code } from './code.ts';

type Derive = (code: Code, values: readonly string[], saved: SavedDerivation['saved']) => readonly string[];

/** Each derivation that is data, by its verb. */
const derivations: Readonly<Record<string, Derive>> = {
  bucket: (code, [value], { edges }) => [`${code.call('bucket')}(${value}, ${code.constant(JSON.stringify(edges))})`],
  clip(_, [value], { least, most }) {
    const above = least === undefined ? value : `Math.max(${Number(least)}, ${value})`;
    return [unlessNull([value], most === undefined ? above : `Math.min(${Number(most)}, ${above})`)];
  },
  concatenate: (_, values, { separator }) => [
    unlessNull(values, `[${values.join(', ')}].join(${JSON.stringify(separator)})`),
  ],
  cyclical(_, [value], { period }) {
    const angle = `(2 * Math.PI * ${value}) / ${Number(period)}`;
    return ['sin', 'cos'].map((f) => unlessNull([value], `Math.${f}(${angle})`));
  },
  dayOfWeek: (code, [value]) => [`${code.call('dayOfWeek')}(${value})`],
  dayOfYear: (code, [value]) => [`${code.call('dayOfYear')}(${value})`],
  difference: (code, [a, b]) => [unlessNull([a, b], `${code.call('orNull')}(${a} - ${b})`)],
  equals: (_, [value], saved) => [unlessNull([value], `${value} === ${JSON.stringify(saved.value)}`)],
  greaterThan: (_, [value], { limit }) => [unlessNull([value], `${value} > ${Number(limit)}`)],
  hourOfDay: (code, [value]) => [`${code.call('hourOfDay')}(${value})`],
  log1p: (_, [value]) => [`${value} === null || !(${value} > -1) ? null : Math.log1p(${value})`],
  lower: (_, [value]) => [unlessNull([value], `${value}.toLowerCase()`)],
  product: (code, [a, b]) => [unlessNull([a, b], `${code.call('orNull')}(${a} * ${b})`)],
  ratio: (code, [a, b]) => [
    `${a} === null || ${b} === null || ${b} === 0 ? null : ${code.call('orNull')}(${a} / ${b})`,
  ],
};

function unlessNull(values: readonly string[], text: string): string {
  return `${values.map((value) => `${value} === null`).join(' || ')} ? null : ${text}`;
}

/**
 * The columns that a derivation adds, and the text of each.
 *
 * @throws OptionError where it is a function of the user's
 */
export function derivedText(
  code: Code,
  where: string,
  derivation: SavedDerivation,
  values: ReadonlyMap<string, string>,
): readonly (readonly [string, string])[] {
  const { saved, names, columns } = derivation;
  const derive = Object.hasOwn(derivations, `${saved.verb}`) ? derivations[`${saved.verb}`] : undefined;
  if (!derive) throw noDerivation(where, derivation, 'one that TypeScript without imports can express');
  const texts = derive(
    code,
    columns.map((column) => values.get(column) as string),
    saved,
  );
  return names.map((name, i) => [name, texts[i]] as const);
}

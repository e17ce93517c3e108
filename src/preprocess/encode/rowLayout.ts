import { codeCount, type Fitted, numberColumns } from '../fit/fitted.ts';
import type { Field, RowLayout } from '../types.ts';

/** Lays out a row: numbers, then codes, then the target and the weight, each a word; x: numbers and one-hots as declared, then embeddings. */
export function rowLayout({ features, target, weight }: Fitted): RowLayout {
  const fields: Field[] = [];
  let word = 0;
  let column = 0;
  for (const feature of features) {
    if (feature.kind === 'numeric' || feature.kind === 'vector') {
      const count = feature.kind === 'vector' ? feature.size : numberColumns(feature);
      fields.push({ kind: 'numbers', name: feature.name, word, column, count });
      word += count;
      column += count;
    } else if (feature.kind === 'oneHot') {
      const size = codeCount(feature);
      fields.push({ kind: 'oneHot', name: feature.name, word, column, size });
      word += 1;
      column += size;
    }
  }
  for (const feature of features) {
    if (feature.kind !== 'embedding') continue;
    const { name, width } = feature;
    fields.push({ kind: 'embedding', name, word, column, size: codeCount(feature), width });
    word += 1;
    column += width;
  }
  fields.push({ kind: 'target', name: target.column, word });
  word += 1;
  if (weight !== undefined) fields.push({ kind: 'weight', name: weight, word: word++ });
  return { words: word, width: column, fields };
}

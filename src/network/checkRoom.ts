import type { Engine } from '../engine/types.ts';
import { MillraceError } from '../errors.ts';
import { count } from '../format/figures.ts';
import { gigabytes } from '../format/sizes.ts';
import { shownName } from '../options/shown.ts';
import type { Field, RowLayout } from '../preprocess/types.ts';
import type { NetworkPlan } from './planNetwork.ts';

/** Something that takes memory, and how it would take less. */
interface Part {
  readonly numbers: number;
  readonly what: string;
  readonly hint: string;
}

/**
 * Looks whether an engine has the memory for a network and its mini-batches before any of it is taken: for the rows that go in and
 * as much besides, for the parameters and their gradients. What layers and optimizers take on top is not known here.
 *
 * @throws MillraceError where it has not, with the feature or the layer that takes most of it
 */
export function checkRoom(engine: Engine, layout: RowLayout, rows: number, { parameters, layers }: NetworkPlan): void {
  const room = engine.room?.();
  const needed = 2 * (rows * layout.width + parameters);
  if (room === undefined || needed <= room) return;
  const parts = [
    ...layout.fields.flatMap((field) => partOf(field, rows)),
    ...layers.map(({ name, parameters, kind }) => ({
      numbers: kind === 'embedding' ? 0 : 2 * parameters,
      what: `the ${count(parameters)} parameters of layer ${name}`,
      hint: 'Use fewer units',
    })),
  ];
  const most = parts.reduce((most, part) => (part.numbers > most.numbers ? part : most));
  const { BYTES_PER_ELEMENT: bytes } = engine.vector(0);
  const shown = (numbers: number) => gigabytes(numbers * bytes);
  throw new MillraceError({
    where: 'engine memory',
    expected: `a network and mini-batches for which ${shown(room)} suffice`,
    received: `such that take ${shown(needed)} or more, ${shown(most.numbers)} of it for ${most.what}`,
    hint: most.hint,
  });
}

function partOf(field: Field, rows: number): readonly Part[] {
  const name = shownName(field.name);
  const inRows = `in mini-batches of ${count(rows)} rows`;
  if (field.kind === 'oneHot') {
    return [
      {
        numbers: 2 * rows * field.size,
        what: `the ${count(field.size)} columns of the feature ${name}, one for each category, ${inRows}`,
        hint: 'Give it a few learned numbers, as embedding(8), or only its most frequent categories, as oneHot({ maxSize: 1000 }); or use a smaller batch',
      },
    ];
  }
  if (field.kind === 'embedding') {
    return [
      {
        numbers: 2 * field.size * field.width,
        what: `the table of the feature ${name}, of ${count(field.width)} numbers for each of ${count(field.size)} categories`,
        hint: `Give only its most frequent categories numbers of their own, as embedding(${field.width}, { maxSize: 10000 }), or fewer numbers`,
      },
    ];
  }
  if (field.kind !== 'numbers') return [];
  const what = `the ${count(field.count)} columns of the feature ${name} ${inRows}`;
  return [{ numbers: 2 * rows * field.count, what, hint: 'Use a smaller batch' }];
}

import { quiet } from '../../../src/laws/readSource.ts';
import { memory } from '../../../src/source/memory/memory.ts';
import type { OpenOptions, Source } from '../../../src/source/types.ts';

/** Rows `x` from `begin` to before `end`, with a second column, in record batches of `batchRows`. */
export function numbers(begin: number, end: number, batchRows = 4): Source {
  const rows = Array.from({ length: end - begin }, (_, i) => ({ x: begin + i, even: (begin + i) % 2 === 0 }));
  return memory(rows, { batchRows });
}

/** The x of the rows that are meant. */
export async function xs(source: Source, options: Partial<OpenOptions> = {}): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const { records, selected } of source.open({ signal: quiet(), ...options })) {
    const column = records.getChild('x');
    for (let i = 0; i < (selected?.length ?? records.numRows); i++)
      found.push(column?.get(selected ? selected[i]! : i));
  }
  return found;
}

export const range = (begin: number, end: number) => Array.from({ length: end - begin }, (_, i) => begin + i);

/** Rows without an end that know whether somebody reads them: in `open` is who does. */
export function endless(id: number, open: Set<number>): Source {
  return memory(
    async function* () {
      open.add(id);
      try {
        for (let x = 0; ; x++) yield { x };
      } finally {
        open.delete(id);
      }
    },
    { batchRows: 2 },
  );
}

/** Whoever reads in `open` after five record batches of the source, and a break. */
export async function readersAfterBreak(source: Source, open: Set<number>): Promise<number> {
  let batches = 0;
  for await (const _ of source.open({ signal: quiet() })) if (++batches === 5) break;
  return open.size;
}

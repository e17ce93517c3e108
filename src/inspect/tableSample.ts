import { type Data, Vector } from 'apache-arrow';
import { randomSequence, uniform } from '../engine/random.ts';
import { columnKind } from '../source/column/columnKind.ts';
import { readNumbers } from '../source/column/readNumbers.ts';
import type { Source } from '../source/types.ts';
import type { SampledValue } from './types.ts';

export interface SampleOptions {
  /** Rows of the sample, at the most. */
  readonly rows: number;
  /** Rows that it is drawn of, at the most: the first ones. */
  readonly scan: number;
  readonly seed: number;
  readonly signal: AbortSignal;
}

export interface TableSample {
  /** By column, in the order of the schema; rows in their order. */
  readonly columns: readonly SampledColumn[];
  readonly rows: number;
  readonly scanned: number;
  /** Whether the source has no other rows. */
  readonly isWhole: boolean;
  readonly unreadable: number;
  /** Why the first row that cannot be read cannot. */
  readonly firstUnreadable: string | undefined;
}

export interface SampledColumn {
  readonly name: string;
  /** What the source says that it is; undefined for what no feature takes. */
  readonly kind: ReturnType<typeof columnKind>;
  /** Numbers of a list. */
  readonly size: number | undefined;
  readonly values: readonly SampledValue[];
}

/** Each row that was scanned is in the sample with the same probability (Vitter 1985, algorithm R). The same seed gives the same sample. */
export async function sampleTable(source: Source, { rows, scan, seed, signal }: SampleOptions): Promise<TableSample> {
  const random = randomSequence(seed, 'data');
  const { fields } = await source.schema(signal);
  const slots: SampledValue[][] = fields.map(() => []);
  const sizes = fields.map((): number | undefined => undefined);
  const places: number[] = [];
  const stop = new AbortController();
  let scanned = 0;
  let unreadable = 0;
  let firstUnreadable: string | undefined;
  let isWhole = true;
  for await (const { records, selected, refused = [] } of source.open({
    signal: AbortSignal.any([signal, stop.signal]),
    badRows: 'return',
    tell() {},
  })) {
    unreadable += refused.length;
    if (refused[0]) firstUnreadable ??= `${refused[0].file}, row ${refused[0].row}: ${refused[0].reason}`;
    const count = selected ? selected.length : records.numRows;
    /** The row of the record batch that takes a slot: the last one that chance has chosen for it. */
    const taken = new Map<number, number>();
    for (let i = 0; i < count; i++) {
      if (scanned === scan) {
        isWhole = false;
        break;
      }
      const slot = scanned < rows ? scanned : Math.floor(uniform(random(scanned)) * (scanned + 1));
      if (slot < rows) {
        taken.set(slot, selected ? selected[i] : i);
        places[slot] = scanned;
      }
      scanned++;
    }
    for (const [column, data] of records.data.children.entries()) {
      const read = readerOf(data);
      for (const [slot, row] of taken) slots[column][slot] = read(row);
      sizes[column] ??= sizeOf(data);
    }
    if (!isWhole) {
      stop.abort();
      break;
    }
  }
  const order = Array.from(places.keys()).sort((a, b) => places[a] - places[b]);
  return {
    columns: fields.map(({ name, type }, column) => ({
      name,
      kind: columnKind(type),
      size: sizes[column],
      values: order.map((slot) => slots[column][slot]),
    })),
    ...{ rows: places.length, scanned, isWhole, unreadable, firstUnreadable },
  };
}

function readerOf(data: Data): (row: number) => SampledValue {
  const kind = columnKind(data.type);
  if (kind === undefined || kind === 'null') return () => null;
  const vector = new Vector([data]);
  if (kind === 'string') return (row) => vector.get(row) as string | null;
  if (kind === 'boolean') return (row) => vector.get(row) as boolean | null;
  // Whether there is a list is all that is asked.
  if (kind === 'list') return (row) => (vector.get(row) === null ? null : true);
  const numbers = readNumbers(data);
  return (row) => {
    const value = numbers[row];
    if (Number.isNaN(value)) return null;
    if (kind === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
      const exact: unknown = vector.get(row);
      if (typeof exact === 'bigint') return `${exact}`;
    }
    return value;
  };
}

/** Numbers of the first list. */
function sizeOf(data: Data): number | undefined {
  if (columnKind(data.type) !== 'list') return undefined;
  for (const list of new Vector([data])) if (list !== null) return (list as Vector).length;
  return undefined;
}

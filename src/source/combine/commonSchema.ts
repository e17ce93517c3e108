import type { Schema } from 'apache-arrow';
import { OptionError, SchemaError } from '../../errors.ts';
import type { Source } from '../../types.ts';
import { describeSchema } from '../hashRecords.ts';

/**
 * The columns that sources share.
 *
 * @throws SchemaError where one has others than the first
 */
export async function commonSchema(where: string, sources: readonly Source[], signal?: AbortSignal): Promise<Schema> {
  const [first, ...others] = sources;
  const schema = await first!.schema(signal);
  const expected = describeSchema(schema);
  for (const source of others) {
    const received = describeSchema(await source.schema(signal));
    if (received === expected) continue;
    throw new SchemaError({
      where: `${where}: ${source.name}`,
      expected: `the columns of ${first!.name} (${expected})`,
      received,
      hint: 'Where types are told from the first rows, give them',
    });
  }
  return schema;
}

/** The rows of all sources together, where all know them. */
export async function sumOfRows(sources: readonly Source[], signal?: AbortSignal): Promise<number | undefined> {
  let sum = 0;
  for (const source of sources) {
    const rows = await source.rows(signal);
    if (rows === undefined) return undefined;
    sum += rows;
  }
  return sum;
}

/** Whether at least one of them has no end. */
export function someUnbounded(sources: readonly Source[]): boolean {
  return sources.some(({ unbounded }) => unbounded);
}

/** Whether at least one of them can be read only once. */
export function someOnce(sources: readonly Source[]): boolean {
  return sources.some(({ once }) => once);
}

/** @throws OptionError where there are none, or something else among them */
export function checkSources(where: string, sources: readonly Source[]): void {
  if (sources.length === 0) throw new OptionError({ where, expected: 'at least one source', received: 'none' });
  for (const source of sources) {
    if (typeof source?.open === 'function') continue;
    throw new OptionError({ where, expected: 'sources', received: source === null ? 'null' : typeof source });
  }
}

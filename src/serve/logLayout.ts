import { OptionError } from '../errors.ts';
import { type ModelRow, timeOf } from '../model/encodeRow.ts';
import type { Prediction } from '../model/predictions.ts';
import type { ModelSchema } from '../model/schema.ts';
import { shownNames } from '../options/shown.ts';

/** What the names of the log's own columns begin with. */
export const OWN = 'served_';

/** The type of a column of the log. */
export type LogType = 'number' | 'boolean' | 'string' | 'timestamp' | { readonly list: number };

export interface LogColumn {
  readonly name: string;
  readonly type: LogType;
}

/**
 * Names of the columns that a log has of its own.
 *
 * @throws OptionError where the model has one of that name
 */
export function checkLogged(name: string, { columns }: ModelSchema, keep: readonly string[] = []): void {
  const clash = [...columns.map((column) => column.name), ...keep].filter((column) => column.startsWith(OWN));
  if (clash.length === 0) return;
  throw new OptionError({
    where: `serve: requestLog, of ${name}`,
    expected: `columns whose names do not begin with ${OWN}, as those of the log do`,
    received: shownNames(clash),
  });
}

/** What is noted of each request. */
export interface LoggedHead {
  readonly at: number;
  readonly role: 'answer' | 'shadow';
  readonly version: string;
}

type Reader = (row: ModelRow, prediction: Prediction, head: LoggedHead) => unknown;

/** How rows and predictions become columns. */
export interface LogLayout {
  readonly columns: readonly LogColumn[];
  readonly readers: readonly Reader[];
}

/** @param first tells the type of what is predicted */
export function layoutOf(schema: ModelSchema, keep: readonly string[], first: Prediction): LogLayout {
  const needed = schema.columns.map(({ name, kind, size }): readonly [LogColumn, Reader] => {
    if (kind === 'timestamp') return [{ name, type: kind }, (row) => timeOf(row[name]) ?? null];
    if (kind === 'list') {
      return size === undefined
        ? [{ name, type: 'string' }, (row) => asText(row[name])]
        : [{ name, type: { list: size } }, (row) => row[name] ?? null];
    }
    if (kind === 'any') return [{ name, type: 'string' }, (row) => asText(row[name])];
    return [{ name, type: kind }, (row) => (typeof row[name] === 'bigint' ? Number(row[name]) : (row[name] ?? null))];
  });
  const kept = keep
    .filter((name) => !schema.columns.some((column) => column.name === name))
    .map((name): readonly [LogColumn, Reader] => [
      { name, type: 'string' },
      (row) => (Object.hasOwn(row, name) ? asText(row[name]) : null),
    ]);
  const predicted = schema.outputs.map((output): readonly [LogColumn, Reader] => {
    const name = `${OWN}${output}`;
    if (output === 'predicted') {
      const type = typeof first.predicted as 'number' | 'boolean' | 'string';
      return [{ name, type }, (_, each) => each.predicted];
    }
    if (output === 'probability') return [{ name, type: 'number' }, (_, each) => each.probability];
    const ofClass = output.slice('probability_'.length);
    return [{ name, type: 'number' }, (_, each) => each.probabilities?.[ofClass] ?? null];
  });
  const all: readonly (readonly [LogColumn, Reader])[] = [
    [{ name: `${OWN}at`, type: 'timestamp' }, (_, __, { at }) => at],
    [{ name: `${OWN}role`, type: 'string' }, (_, __, { role }) => role],
    [{ name: `${OWN}version`, type: 'string' }, (_, __, { version }) => version],
    ...needed,
    ...kept,
    ...predicted,
  ];
  return { columns: all.map(([column]) => column), readers: all.map(([, read]) => read) };
}

/** Numbers, and what else JSON has, as text. */
function asText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'object' ? JSON.stringify(value) : `${value}`;
}

import type { FastifyInstance } from 'fastify';
import { DataError } from '../../errors.ts';
import type { ModelRow } from '../../model/encodeRow.ts';
import { isObject } from '../../options/bounds.ts';
import { shownNames, shownValue } from '../../options/shown.ts';
import { RequestError } from '../problem.ts';
import { readJson } from '../readJson.ts';
import { rowsOf } from '../readRows.ts';
import type { Serving } from '../serving.ts';

interface Named {
  readonly Params: { readonly name?: string };
  readonly Body: Buffer;
}

/**
 * What `mlflow models serve` answers to: `/invocations` where there is one model, `/models/NAME/invocations` of each.
 *
 * @see https://mlflow.org/docs/latest/deployment/deploy-model-locally
 */
export function invocationsRoute(app: FastifyInstance, serving: Serving): void {
  for (const path of ['/invocations', '/models/:name/invocations']) {
    app.post<Named>(path, ({ params, body }, reply) => {
      const served = params.name === undefined ? theOnly(serving) : serving.find(params.name);
      const { limits } = serving;
      const { predictions, head } = serving.answer(served, rowsOf(readBody(readJson(body, limits.depth)), limits));
      reply.header('content-type', 'application/json; charset=utf-8').header('x-model-version', head.version);
      return JSON.stringify({ predictions });
    });
  }
  app.get('/ping', () => '\n');
}

function theOnly(serving: Serving) {
  const models = serving.models();
  const [only] = models;
  if (only && models.length === 1) return only;
  const paths = models.slice(0, 20).map(({ name }) => `/models/${name}/invocations`);
  throw new RequestError(404, `there are ${models.length} models: ask one of ${paths.join(', ')}`);
}

const forms: Readonly<Record<string, (value: unknown, name: string) => readonly unknown[]>> = {
  dataframe_split: splitRows,
  dataframe_records: (value, name) => list(value, name),
  instances: listOrColumns,
  inputs: listOrColumns,
};

function readBody(body: unknown): readonly unknown[] {
  const given = Object.keys(forms).filter((form) => isObject(body) && Object.hasOwn(body, form));
  const [form] = given;
  if (form !== undefined && given.length === 1) return forms[form]!((body as Record<string, unknown>)[form], form);
  throw new DataError({
    where: 'the body',
    expected: `one of ${shownNames(Object.keys(forms))}`,
    received: given.length > 1 ? shownNames(given) : shownValue(isObject(body) ? Object.keys(body) : body),
  });
}

function list(value: unknown, name: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new DataError({ where: 'the body', expected: `${name}: a list of rows`, received: shownValue(value) });
}

function splitRows(value: unknown): readonly ModelRow[] {
  const { columns, data } = Object(value) as { readonly columns?: unknown; readonly data?: unknown };
  const areNames = Array.isArray(columns) && columns.every((name) => typeof name === 'string');
  if (!areNames || !Array.isArray(data)) {
    const expected = 'dataframe_split: { columns: a list of names, data: a list of lists }';
    throw new DataError({ where: 'the body', expected, received: shownValue(value) });
  }
  return data.map((values, row) => {
    if (Array.isArray(values) && values.length === columns.length) {
      return Object.fromEntries(columns.map((name, i) => [name, values[i]]));
    }
    const received = Array.isArray(values) ? `${values.length}` : shownValue(values);
    throw new DataError({ where: 'the body', row, expected: `a list of ${columns.length} values`, received });
  });
}

/** A list of rows, or, by column, lists of values. */
function listOrColumns(value: unknown, name: string): readonly unknown[] {
  if (!isObject(value)) return list(value, name);
  const columns = Object.entries(value).map(
    ([column, values]) => [column, Array.isArray(values) ? values : [values]] as const,
  );
  const n = columns[0]?.[1].length ?? 0;
  for (const [column, values] of columns) {
    if (values.length === n) continue;
    throw new DataError({
      where: 'the body',
      column,
      expected: `${n} values, as of the first column`,
      received: `${values.length}`,
    });
  }
  return Array.from({ length: n }, (_, row) =>
    Object.fromEntries(columns.map(([column, values]) => [column, values[row]])),
  );
}

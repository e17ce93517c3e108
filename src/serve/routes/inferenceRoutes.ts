import type { FastifyInstance } from 'fastify';
import { DataError } from '../../errors.ts';
import { columnsOfPredictions } from '../../model/columnsOfPredictions.ts';
import type { ModelRow } from '../../model/encodeRow.ts';
import type { ModelColumn } from '../../model/schema.ts';
import { isObject } from '../../options/bounds.ts';
import { shownValue } from '../../options/shown.ts';
import type { Category } from '../../source/column/categoryTable.ts';
import { version } from '../../version.ts';
import { RequestError } from '../problem.ts';
import { readJson } from '../readJson.ts';
import { checkRows } from '../readRows.ts';
import type { Serving } from '../serving.ts';

interface Named {
  readonly Params: { readonly name: string; readonly version?: string };
  readonly Body: Buffer;
}

/** A column of a request, or of an answer. */
interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly datatype: string;
  readonly data: readonly unknown[];
}

/**
 * The Open Inference Protocol, version 2, as KServe, Triton and others speak it: each column is a tensor `[n]` or `[n, 1]`.
 *
 * @see https://github.com/open-inference/open-inference-protocol/blob/main/specification/protocol/inference_rest.md
 */
export function inferenceRoutes(app: FastifyInstance, serving: Serving): void {
  app.get('/v2/health/live', () => ({ live: true }));
  // It listens only when all models are loaded.
  app.get('/v2/health/ready', () => ({ ready: true }));
  app.get('/v2', () => ({ name: 'millrace', version, extensions: [] }));
  for (const path of ['/v2/models/:name', '/v2/models/:name/versions/:version']) {
    app.get<Named>(path, ({ params }) => metadataOf(serving, params));
    app.get<Named>(`${path}/ready`, ({ params }) => {
      const { name } = servedOf(serving, params);
      return { name, ready: true };
    });
    app.post<Named>(`${path}/infer`, ({ params, body }, reply) => {
      const served = servedOf(serving, params);
      const { id, rows } = readRequest(body, served.current().model.schema.columns, serving);
      const { model } = served.current();
      const { predictions, head } = serving.answer(served, rows, params.version !== undefined);
      const { target, outputs } = model.schema;
      reply.header('content-type', 'application/json; charset=utf-8').header('x-model-version', head.version);
      return JSON.stringify({
        model_name: head.model,
        model_version: head.version,
        ...(id !== undefined && { id }),
        outputs: columnsOfPredictions(target, predictions, outputs).map(({ name, values }) => ({
          name,
          datatype: datatypeOf(values),
          shape: [values.length],
          data: values,
        })),
      });
    });
  }
}

function servedOf(serving: Serving, { name, version: asked }: Named['Params']) {
  const served = serving.find(name);
  const { version: now } = served.current();
  if (asked === undefined || asked === now) return served;
  throw new RequestError(404, `${name} is served in version ${now}, and in no other`);
}

function metadataOf(serving: Serving, params: Named['Params']) {
  const { name, current } = servedOf(serving, params);
  const { model, version: now } = current();
  const { columns, outputs, predicted } = model.schema;
  return {
    name,
    versions: [now],
    platform: 'millrace',
    inputs: columns.map((column) => ({
      name: column.name,
      datatype: datatypes[column.kind],
      shape: column.size === undefined ? [-1] : [-1, column.size],
    })),
    outputs: outputs.map((output) => ({
      name: output,
      datatype: output === 'predicted' ? datatypes[predicted] : 'FP64',
      shape: [-1],
    })),
  };
}

/** What a column is called by the protocol; numbers are taken in every other number type, too. */
const datatypes: Readonly<Record<ModelColumn['kind'], string>> = {
  number: 'FP64',
  boolean: 'BOOL',
  string: 'BYTES',
  timestamp: 'BYTES',
  list: 'FP64',
  any: 'BYTES',
};

function datatypeOf([value]: readonly Category[]): string {
  return typeof value === 'string' ? 'BYTES' : typeof value === 'boolean' ? 'BOOL' : 'FP64';
}

/** Rows from the tensors of a request. */
function readRequest(bytes: Buffer, columns: readonly ModelColumn[], { limits }: Serving) {
  const body = readJson(bytes, limits.depth) as { readonly id?: unknown; readonly inputs?: unknown };
  const { id, inputs } = Object(body);
  if (!Array.isArray(inputs) || inputs.length === 0) {
    const received = inputs === undefined ? 'none' : shownValue(inputs);
    throw new DataError({ where: 'the body', expected: 'inputs: a list of tensors, one for each column', received });
  }
  const tensors = inputs.map(asTensor);
  const [n = 0] = tensors[0]?.shape ?? [];
  checkRows(n, limits);
  const read = tensors.map((tensor): readonly [name: string, at: (row: number) => unknown] => {
    const { name, shape, data } = tensor;
    const size = columns.find((column) => column.name === name)?.size;
    const flat = data.flat();
    const wide = size ?? 1;
    if (shape[0] !== n || flat.length !== n * wide) {
      throw new DataError({
        where: 'the body',
        column: name,
        expected: `shape [${n}${size === undefined ? '' : `, ${size}`}] and ${n * wide} values`,
        received: `shape [${shape.join(', ')}] and ${flat.length} values`,
      });
    }
    return [name, size === undefined ? (row) => flat[row] : (row) => flat.slice(row * size, (row + 1) * size)];
  });
  const rows = Array.from(
    { length: n },
    (_, row): ModelRow => Object.fromEntries(read.map(([name, at]) => [name, at(row)])),
  );
  return { id: typeof id === 'string' ? id : undefined, rows };
}

function asTensor(input: unknown): Tensor {
  const { name, shape, data } = Object(input) as Partial<Tensor>;
  const isShape =
    Array.isArray(shape) && shape.length > 0 && shape.every((size) => Number.isSafeInteger(size) && size >= 0);
  if (isObject(input) && typeof name === 'string' && isShape && Array.isArray(data)) return input as Tensor;
  throw new DataError({
    where: 'the body',
    ...(typeof name === 'string' && { column: name }),
    expected: 'a tensor { name, shape, datatype, data }',
    received: shownValue(input),
  });
}

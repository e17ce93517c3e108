import type { ModelColumn, ModelSchema } from '../model/schema.ts';
import { version } from '../version.ts';
import type { ServedModel } from './types.ts';

type Part = { readonly [key: string]: unknown };

/** Values of a category that a description lists; of more there are examples alone. */
const MOST_VALUES = 100;

/**
 * What the server answers to, as OpenAPI 3.1, with a schema for the rows and the predictions of each model.
 *
 * @see https://spec.openapis.org/oas/v3.1.0
 */
export function openApi(models: readonly ServedModel[], hasToken: boolean): Part {
  const paths = models.map((served) => [`/models/${served.name}/predict`, { post: predictOf(served) }] as const);
  return {
    openapi: '3.1.0',
    info: { title: 'Models', version, description: 'Models that Millrace has trained.' },
    ...(hasToken && { security: [{ token: [] }] }),
    paths: Object.fromEntries([
      ...paths,
      ['/models', { get: answering('The models, their versions and columns', { type: 'object' }) }],
      ['/v2/health/ready', { get: { ...answering('Whether the server answers', { type: 'object' }), security: [] } }],
      ['/metrics', { get: { summary: 'Counters', responses: { 200: { description: 'Text that Prometheus reads' } } } }],
    ]),
    components: {
      schemas: { error: errorSchema },
      ...(hasToken && { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } }),
    },
  };
}

function predictOf(served: ServedModel): Part {
  const { schema } = served.current().model;
  const row = rowSchema(schema);
  const prediction = predictionSchema(schema);
  const head = { model: { type: 'string' }, version: { type: 'string' } };
  const refused = (description: string) => ({
    description,
    content: { 'application/json': { schema: { $ref: '#/components/schemas/error' } } },
  });
  return {
    summary: `Predicts ${schema.target.column}`,
    requestBody: {
      required: true,
      content: {
        'application/json': { schema: { oneOf: [row, { type: 'array', items: row }] } },
        'application/x-ndjson': { schema: { type: 'string', description: 'A row a line' } },
      },
    },
    responses: {
      200: {
        description: 'A prediction for each row, in their order',
        content: {
          'application/json': {
            schema: {
              oneOf: [
                { type: 'object', required: [...required, 'model', 'version'], properties: { ...prediction, ...head } },
                {
                  type: 'object',
                  required: ['predictions', 'model', 'version'],
                  properties: {
                    predictions: { type: 'array', items: { type: 'object', required, properties: prediction } },
                    ...head,
                  },
                },
              ],
            },
          },
        },
      },
      400: refused('The body is no JSON that holds rows'),
      413: refused('Too much in one request'),
      415: refused('The body is of another type, or compressed'),
      422: refused('A row is not as the model needs it'),
    },
  };
}

const required = ['predicted', 'missing', 'unseen'];

function rowSchema({ columns }: ModelSchema): Part {
  return {
    type: 'object',
    required: columns.map(({ name }) => name),
    properties: Object.fromEntries(columns.map((column) => [column.name, columnSchema(column)])),
    additionalProperties: true,
  };
}

const types: Readonly<Record<ModelColumn['kind'], readonly string[]>> = {
  number: ['number'],
  boolean: ['boolean'],
  string: ['string'],
  timestamp: ['string', 'number'],
  list: ['array'],
  any: ['number', 'boolean', 'string'],
};

function columnSchema({ kind, size, nullable, values, derives }: ModelColumn): Part {
  const list = kind === 'list' && {
    items: { type: ['number', 'null'] },
    ...(size !== undefined && { minItems: size, maxItems: size }),
  };
  const time = kind === 'timestamp' && { description: 'As 2026-01-31T12:00:00Z, or milliseconds since 1970 UTC' };
  const from = derives && { description: `Of it are computed: ${derives.join(', ')}` };
  return {
    type: nullable ? [...types[kind], 'null'] : types[kind],
    ...from,
    ...time,
    ...list,
    // Others are answered too, as unknown ones.
    ...(values && { examples: values.slice(0, MOST_VALUES) }),
  };
}

function predictionSchema({ target, predicted }: ModelSchema): Part {
  const names = { type: 'array', items: { type: 'string' } };
  return {
    predicted: { type: predicted, description: target.column },
    ...(target.kind === 'binary' && { probability: { type: 'number', minimum: 0, maximum: 1 } }),
    ...(target.kind === 'classes' && { probabilities: { type: 'object', additionalProperties: { type: 'number' } } }),
    missing: { ...names, description: 'Features that had no value, for which something stood in' },
    unseen: { ...names, description: 'Features whose category training had not seen' },
  };
}

function answering(description: string, schema: Part): Part {
  return { summary: description, responses: { 200: { description, content: { 'application/json': { schema } } } } };
}

const errorSchema: Part = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['message'],
      properties: {
        message: { type: 'string' },
        row: { type: 'integer', description: 'The row, from 0' },
        column: { type: 'string' },
        expected: { type: 'string' },
        received: { type: 'string' },
        hint: { type: 'string' },
      },
    },
  },
};

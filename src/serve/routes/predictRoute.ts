import type { FastifyInstance, FastifyReply } from 'fastify';
import { DataError } from '../../errors.ts';
import type { ModelRow } from '../../model/encodeRow.ts';
import { isObject } from '../../options/bounds.ts';
import { shownValue } from '../../options/shown.ts';
import { readArrow, writeArrow } from '../arrowBody.ts';
import { readJson } from '../readJson.ts';
import { readLines, rowsOf } from '../readRows.ts';
import type { Serving } from '../serving.ts';
import type { ServedModel } from '../types.ts';

interface Named {
  readonly Params: { readonly name: string };
  readonly Body: Buffer;
}

/** `POST /models/NAME/predict`: a row, a list of rows, rows as lines of JSON, or an Arrow stream, which is answered by another. */
export function predictRoute(app: FastifyInstance, serving: Serving): void {
  async function answerArrow(served: ServedModel, body: Buffer, reply: FastifyReply): Promise<Buffer> {
    const rows = await readArrow(body, serving.limits);
    // Nothing comes between: what answers is what the columns are of.
    const { schema } = served.current().model;
    const answered = serving.answer(served, rows);
    send(reply, answered.head.version, 'application/vnd.apache.arrow.stream');
    return Buffer.from(writeArrow(schema, answered));
  }

  async function answerRow(served: ServedModel, row: ModelRow, reply: FastifyReply): Promise<string> {
    const { predictions, head } = await serving.answerOne(served, row);
    send(reply, head.version, json);
    return JSON.stringify({ ...predictions[0], ...head });
  }

  app.post<Named>('/models/:name/predict', (request, reply) => {
    const served = serving.find(request.params.name);
    const { limits } = serving;
    if (isArrow(request.headers['content-type'])) return answerArrow(served, request.body, reply);
    if (isLines(request.headers['content-type'])) {
      const { predictions, head } = serving.answer(served, readLines(request.body, limits));
      send(reply, head.version, 'application/x-ndjson');
      return predictions
        .map((each) => `${JSON.stringify({ ...each, model: head.model, version: each.version ?? head.version })}\n`)
        .join('');
    }
    const body = readJson(request.body, limits.depth);
    const isList = Array.isArray(body);
    if (!isList && !isObject(body)) {
      throw new DataError({
        where: 'the body',
        expected: 'a row, as an object by column, or a list of rows',
        received: shownValue(body),
      });
    }
    if (!isList) return answerRow(served, body as ModelRow, reply);
    const { predictions, head } = serving.answer(served, rowsOf(body, limits));
    send(reply, head.version, json);
    return JSON.stringify({ predictions, ...head });
  });
}

const json = 'application/json; charset=utf-8';

function isArrow(type = ''): boolean {
  return type.startsWith('application/vnd.apache.arrow.');
}

function isLines(type = ''): boolean {
  return /^application\/(x-ndjson|ndjson|jsonl|x-jsonlines)\b/.test(type);
}

function send(reply: FastifyReply, version: string, type: string): void {
  reply.header('content-type', type).header('x-model-version', version);
}

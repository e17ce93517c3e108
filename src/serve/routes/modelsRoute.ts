import type { FastifyInstance } from 'fastify';
import type { Serving } from '../serving.ts';

/** `GET /models`: which models there are, in which version, and the columns that each needs. */
export function modelsRoute(app: FastifyInstance, serving: Serving): void {
  app.get('/models', () => ({
    models: serving.models().map((served) => {
      const { model, version, since } = served.current();
      const { schema, step, threshold } = model;
      return { name: served.name, version, since: new Date(since).toISOString(), step, threshold, schema };
    }),
  }));
}

import { OptionError } from '../errors.ts';
import { loadModel } from '../model/loadModel.ts';
import type { Model } from '../model/model.ts';
import { checkOptions } from '../options/checkOptions.ts';
import { didYouMean } from '../options/didYouMean.ts';
import { shownNames } from '../options/shown.ts';
import { createChallengers } from './challengers.ts';
import { createDriftWatch } from './driftWatch.ts';
import { followShares } from './followShares.ts';
import { checkLogged } from './logLayout.ts';
import { createMetrics } from './metrics.ts';
import { listen, openHttp } from './openHttp.ts';
import { openRequestLog, type RequestLog, type RequestLogCounts } from './requestLog.ts';
import { descriptionRoutes } from './routes/descriptionRoutes.ts';
import { inferenceRoutes } from './routes/inferenceRoutes.ts';
import { invocationsRoute } from './routes/invocationsRoute.ts';
import { modelsRoute } from './routes/modelsRoute.ts';
import { predictRoute } from './routes/predictRoute.ts';
import { openModels, type ServedModels } from './servedModels.ts';
import { defaultLimits, type ServeOptions, serveFields } from './serveOptions.ts';
import { createServing } from './serving.ts';
import type { ServedModel, ServeLog } from './types.ts';

/** A server that answers. */
export interface ModelServer {
  /** Where it is, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  models(): readonly ServedModel[];
  /** Requests that have been answered with predictions. */
  answered(): number;
  /** What has become of the rows that are written down; undefined without `requestLog`. */
  readonly logged: Readonly<RequestLogCounts> | undefined;
  /** Looks at the files of the models now, and settles when each that has changed is in service, or has been refused. */
  follow(): Promise<void>;
  /** Takes no more requests, answers those that have come, and gives all back. */
  close(): Promise<void>;
}

/**
 * Serves models over HTTP: `POST /models/NAME/predict` takes a row, a list of rows, or lines of JSON. A model whose file changes is
 * replaced while the server runs.
 *
 * @throws OptionError where an option is out of bounds, or there is no model
 * @throws CheckpointError where a model cannot be read
 * @example
 * ```ts
 * const server = await serve({ models: { flats: 'runs/flats/1' }, port: 0 });
 * const answer = await fetch(`${server.url}/models/flats/predict`, {
 *   method: 'POST',
 *   headers: { 'content-type': 'application/json' },
 *   body: JSON.stringify({ size: 82, rooms: 3 }),
 * });
 * console.log(await answer.json());
 * await server.close();
 * ```
 */
export async function serve(options: ServeOptions): Promise<ModelServer> {
  checkOptions<ServeOptions>('serve', options, serveFields);
  const { port = 8080, host = '127.0.0.1', token, followMs = 1000 } = options;
  const log: ServeLog = options.log ?? ((level, message) => (level === 'info' ? undefined : console.error(message)));
  const limits = { ...defaultLimits, ...options.limits };
  const { models: places, challengers: challengerPlaces = {}, trial, requestLog, onRefusal = () => {} } = options;
  checkPlaces(options);
  const metrics = createMetrics();
  const drift = createDriftWatch();
  const load = loadFor(options);
  const swapOf = (isChallenger: boolean) => (label: string, name: string, refusal?: Error) => {
    metrics.swap(label, refusal === undefined);
    if (refusal) onRefusal({ name, isChallenger, refusal });
  };
  const models = await openModels(places, { load, log, onSwap: swapOf(false) });
  let rivals: ServedModels | undefined;
  let requests: RequestLog | undefined;
  const closeAll = async () => {
    models.close();
    rivals?.close();
    await requests?.close();
  };
  try {
    rivals = await openModels(challengerPlaces, {
      load,
      log,
      onSwap: swapOf(true),
      label: (name) => `challenger of ${name}`,
      // A challenger that has won, or lost, is one no more.
      keepsGone: false,
    });
    const { all, get } = rivals;
    const shares = followShares(trial?.share, log);
    await shares.look();
    requests = requestLog && (await openRequestLog(requestLog, log));
    const challengers = createChallengers({
      find: get,
      trial: trial && { by: trial.by, shareOf: shares.of },
      log,
      onShadow(scored) {
        metrics.shadow(scored);
        requests?.write(scored.name, 'shadow', scored.loaded, scored.rows, scored.predictions);
      },
      onMissed: metrics.missed,
    });
    const app = await openHttp({ limits, token, log, onResponse: metrics.request });
    const serving = createServing(models, limits, challengers, (name, loaded, rows, predictions) => {
      metrics.answer(name, predictions, loaded === get(name)?.current());
      requests?.write(name, 'answer', loaded, rows, predictions);
      // Whoever has answered: it is the rows that move.
      const champion = models.get(name)?.current();
      if (champion) drift.add(name, champion, rows);
    });
    descriptionRoutes(
      app,
      serving,
      () =>
        metrics.render({ models: models.all(), challengers: all(), drift: drift.report(), logged: requests?.counts }),
      token !== undefined,
    );
    modelsRoute(app, serving);
    predictRoute(app, serving);
    invocationsRoute(app, serving);
    inferenceRoutes(app, serving);
    const url = await listen(app, host, port);
    const follow = async () => {
      await Promise.all([models.look(), rivals?.look(), shares.look()]);
    };
    const timer = setInterval(follow, followMs);
    let closing: Promise<void> | undefined;
    return {
      url,
      models: models.all,
      answered: serving.answered,
      logged: requests?.counts,
      follow,
      close() {
        clearInterval(timer);
        closing ??= app.close().then(() => {
          challengers.close();
          return closeAll();
        });
        return closing;
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** @throws OptionError where no model is named, or a challenger of none */
function checkPlaces({ models, challengers, trial }: ServeOptions): void {
  if (typeof models === 'object' && Object.keys(models).length === 0) {
    throw new OptionError({ where: 'serve: models', expected: 'at least one model', received: 'none' });
  }
  if (trial && !challengers) {
    const expected = 'challengers, which answer in a trial';
    throw new OptionError({ where: 'serve: challengers', expected, received: 'none' });
  }
  if (typeof models !== 'object' || typeof challengers !== 'object') return;
  const names = Object.keys(models);
  for (const name of Object.keys(challengers)) {
    if (Object.hasOwn(models, name)) continue;
    throw new OptionError({
      where: 'serve: challengers',
      expected: `names of models: ${shownNames(names)}`,
      received: name,
      hint: didYouMean(name, names),
    });
  }
}

/** Loads models, of which those that could not be written down are refused. */
function loadFor({ load = loadModel, requestLog }: ServeOptions): (path: string) => Promise<Model> {
  return async (path) => {
    const model = await load(path);
    try {
      if (requestLog) checkLogged(path, model.schema, requestLog.keep);
    } catch (error) {
      model.close();
      throw error;
    }
    return model;
  };
}

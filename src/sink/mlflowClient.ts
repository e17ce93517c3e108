import { SinkError } from '../errors.ts';
import type { Json } from '../json.ts';

export interface MlflowMetric {
  readonly key: string;
  readonly value: number;
  /** Milliseconds since 1970 UTC. */
  readonly timestamp: number;
  readonly step: number;
}

/** What is asked of an MLflow server. */
export interface MlflowClient {
  /** Makes a run, and its experiment where there is none; gives its id. */
  createRun(experiment: string, name: string): Promise<string>;
  logParams(runId: string, params: ReadonlyMap<string, Json>): Promise<void>;
  /** At most 1000. */
  logMetrics(runId: string, metrics: readonly MlflowMetric[]): Promise<void>;
  update(runId: string, status: 'RUNNING' | 'FINISHED' | 'FAILED' | 'KILLED'): Promise<void>;
}

/** A request that fails is sent so many times, with longer breaks from one to the next. */
const TIMES = 5;

/** A server takes 100 parameters in a request, each of 500 letters. */
const [PARAMS, LETTERS] = [100, 500];

/**
 * Asks an MLflow server over its REST API.
 *
 * @see https://mlflow.org/docs/latest/rest-api.html
 */
export function createMlflowClient(url: string, token: string | undefined): MlflowClient {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };

  /** @returns undefined where there is no such thing */
  async function ask<T>(method: 'GET' | 'POST', path: string, body?: object): Promise<T | undefined> {
    let why = '';
    for (let time = 0; time < TIMES; time++) {
      if (time > 0) await new Promise((resolve) => setTimeout(resolve, 50 * 4 ** (time - 1)));
      try {
        const response = await fetch(`${url.replace(/\/$/, '')}/api/2.0/mlflow/${path}`, {
          method,
          headers,
          signal: AbortSignal.timeout(5000),
          ...(body && { body: JSON.stringify(body) }),
        });
        const answer = await response.text();
        if (response.ok) return JSON.parse(answer || '{}');
        if (response.status === 404 && answer.includes('RESOURCE_DOES_NOT_EXIST')) return undefined;
        why = `${response.status} ${answer.slice(0, 200)}`;
        // What is wrong with a request stays wrong.
        if (response.status < 500 && response.status !== 429) break;
      } catch (error) {
        const { message, cause } = error as Error;
        why = cause instanceof Error ? `${message}: ${cause.message}` : message;
      }
    }
    throw new SinkError({
      where: `mlflow: ${method} ${path.split('?')[0]} of ${url}`,
      expected: 'an answer of an MLflow server',
      received: why,
      hint: 'Look at the URL, the token and the log of the server; metrics.ndjson has what was not sent',
    });
  }

  return {
    async createRun(experiment, name) {
      const named = `experiments/get-by-name?experiment_name=${encodeURIComponent(experiment)}`;
      const found = await ask<{ experiment: { experiment_id: string } }>('GET', named);
      const made = found
        ? found.experiment
        : await ask<{ experiment_id: string }>('POST', 'experiments/create', { name: experiment });
      const body = { experiment_id: made?.experiment_id, run_name: name, start_time: Date.now() };
      const created = await ask<{ run: { info: { run_id: string } } }>('POST', 'runs/create', body);
      return `${created?.run.info.run_id}`;
    },
    async logParams(run_id, params) {
      const all = [...params].map(([key, value]) => ({
        key: key.replace(/[^\w. /-]/g, '_').slice(0, 250),
        value: (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, LETTERS),
      }));
      for (let at = 0; at < all.length; at += PARAMS)
        await ask('POST', 'runs/log-batch', { run_id, params: all.slice(at, at + PARAMS) });
    },
    async logMetrics(run_id, metrics) {
      await ask('POST', 'runs/log-batch', { run_id, metrics });
    },
    async update(run_id, status) {
      await ask('POST', 'runs/update', { run_id, status, ...(status !== 'RUNNING' && { end_time: Date.now() }) });
    },
  };
}

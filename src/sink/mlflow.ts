import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeDurably } from '../files/writeDurably.ts';
import { required, text } from '../options/bounds.ts';
import { checkOptions } from '../options/checkOptions.ts';
import type { TrainingEvent } from '../train/types.ts';
import { createMlflowClient, type MlflowMetric } from './mlflowClient.ts';
import { runSettings } from './runSettings.ts';
import type { Outcome, Run, Sink } from './types.ts';

export interface MlflowOptions {
  /** The server: `http://127.0.0.1:5000`. */
  readonly url: string;
  /**
   * The experiment, which is made where it is not there.
   * @default the name of the pipeline
   */
  readonly experiment?: string;
  /**
   * Is sent as `Authorization: Bearer`.
   * @default the environment variable `MLFLOW_TRACKING_TOKEN`, or none
   */
  readonly token?: string;
}

/** How far the server has a run, in the run's folder: a resumed run goes on with it. */
interface Sent {
  readonly url: string;
  readonly runId: string;
  readonly step: number;
  /** The metrics of that step. */
  readonly keys: readonly string[];
}

/** Requests are sent so often, many metrics at once. */
const EVERY_MS = 1000;

/** Metrics that wait for the server, at the most. */
const MOST = 100_000;

const fileName = 'mlflow.json';

/**
 * Sends how a run goes to an MLflow server: the settings, then losses, learning rate, norm of the gradient, speed, and metrics of the held-out rows
 * beside the constant answer. It sends in the background, up to a thousand metrics in a request, and tries again where that fails: a server
 * that does not answer holds no step up. What could not be sent by the end of the run is told, and stays in `metrics.ndjson`.
 *
 * A resumed run goes on with its run on the server, and sends what is not there yet. Where the answer to the making of a run is lost, another is
 * made, and an empty one remains.
 *
 * @throws OptionError where there is no URL
 * @see https://mlflow.org/docs/latest/rest-api.html
 * @example mlflow({ url: 'http://127.0.0.1:5000', experiment: 'flights' }).onError //=> 'log'
 */
export function mlflow(options: MlflowOptions): Sink {
  checkOptions<MlflowOptions>('mlflow', options, {
    url: required(text('a URL, as http://127.0.0.1:5000')),
    experiment: text('the name of an experiment'),
    token: text('a token'),
  });
  const { url, token = process.env.MLFLOW_TRACKING_TOKEN } = options;
  return {
    name: 'mlflow',
    onError: 'log',
    files: { [fileName]: 'which run of the MLflow server this is, and how far it has it' },
    async open(run) {
      const client = createMlflowClient(url, token);
      const file = join(run.directory, fileName);
      const before = run.resumedAt === undefined ? undefined : sentBefore(file, url);
      const runId = before?.runId ?? (await client.createRun(options.experiment ?? run.name, nameOf(run)));
      if (before) await client.update(runId, 'RUNNING');
      else await client.logParams(runId, runSettings(run));
      let sent: Sent = before ?? { url, runId, step: -1, keys: [] };
      await keep(sent);

      let pending: MlflowMetric[] = [];
      let lost = 0;
      let sending: Promise<void> | undefined;

      function keep(of: Sent): Promise<void> {
        return writeDurably(file, Buffer.from(`${JSON.stringify(of)}\n`));
      }

      /** Sends what is pending; what fails stays there. */
      async function send(): Promise<void> {
        while (pending.length > 0) {
          const batch = pending.slice(0, 1000);
          await client.logMetrics(runId, batch);
          pending = pending.slice(batch.length);
          const { step } = batch.at(-1)!;
          const keys = batch.filter((metric) => metric.step === step).map(({ key }) => key);
          sent = { url, runId, step, keys: step === sent.step ? [...sent.keys, ...keys] : keys };
          await keep(sent);
        }
      }

      const timer = setInterval(() => {
        sending ??= send()
          .catch(() => {})
          .finally(() => {
            sending = undefined;
          });
      }, EVERY_MS).unref();

      return {
        write(event) {
          for (const metric of metricsOf(event)) {
            const isThere = metric.step < sent.step || (metric.step === sent.step && sent.keys.includes(metric.key));
            if (isThere) continue;
            if (pending.length < MOST) pending.push(metric);
            else lost++;
          }
        },
        async close(outcome) {
          clearInterval(timer);
          await sending;
          await send();
          if (lost > 0) run.log('warn', `mlflow: ${lost} metrics were not sent: the server did not answer for long`);
          await client.update(runId, statusOf(outcome));
        },
      };
    },
  };
}

function nameOf({ name, directory }: Run): string {
  return `${name} ${directory}`;
}

function sentBefore(file: string, url: string): Sent | undefined {
  try {
    const sent: Sent = JSON.parse(readFileSync(file, 'utf8'));
    return sent.url === url ? sent : undefined;
  } catch {
    return undefined;
  }
}

function statusOf({ kind }: Outcome): 'FINISHED' | 'FAILED' | 'KILLED' {
  return kind === 'completed' ? 'FINISHED' : kind === 'failed' ? 'FAILED' : 'KILLED';
}

/** Metrics of an event; JSON has no numbers that are not finite: they are left out. */
function metricsOf(event: TrainingEvent): MlflowMetric[] {
  const { step } = event;
  const timestamp = Date.now();
  return Object.entries(valuesOf(event)).flatMap(([key, value]) =>
    Number.isFinite(value) ? [{ key: key.replace(/[^\w. /-]/g, '_'), value, timestamp, step }] : [],
  );
}

function valuesOf(event: TrainingEvent): Readonly<Record<string, number>> {
  if (event.kind === 'report') {
    const { loss, learningRate, gradientNorm, rowsPerSecond } = event;
    return { 'training/loss': loss, learningRate, gradientNorm, rowsPerSecond };
  }
  if (event.kind === 'epoch') return { 'training/epochLoss': event.loss };
  if (event.kind !== 'validation') return {};
  const group = (name: string, values: Readonly<Record<string, number>>) =>
    Object.entries(values).map(([metric, value]) => [`${name}/${metric}`, value]);
  return Object.fromEntries([...group('validation', event.metrics), ...group('constant', event.baseline)]);
}

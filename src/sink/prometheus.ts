import { once } from 'node:events';
import { createServer } from 'node:http';
import { SinkError } from '../errors.ts';
import { createFamily, type MetricFamily } from '../format/metricFamily.ts';
import { integer, text } from '../options/bounds.ts';
import { checkOptions } from '../options/checkOptions.ts';
import type { TrainingEvent } from '../train/types.ts';
import type { Run, Sink } from './types.ts';

export interface PrometheusOptions {
  /**
   * Where it listens; from 1 to 65535.
   * @default 9464
   */
  readonly port?: number;
  /**
   * The address that it listens at. There is no password: others than this machine should only reach it in a network that you trust.
   * @default '127.0.0.1'
   */
  readonly host?: string;
}

/**
 * Answers `GET /metrics` with how the run goes, for Prometheus, while it goes on: steps, rows, loss, learning rate, norm of the gradient, speed,
 * memory, metrics of the held-out rows beside the constant answer, and findings. A number that has not been reported yet is not there.
 *
 * Where the port is taken the run goes on without it, and the log says so.
 *
 * @throws OptionError where the port is out of bounds
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 * @example prometheus({ port: 9464 }).onError //=> 'log'
 */
export function prometheus(options: PrometheusOptions = {}): Sink {
  checkOptions<PrometheusOptions>('prometheus', options, {
    port: integer({ least: 1, most: 65_535 }),
    host: text('an address'),
  });
  const { port = 9464, host = '127.0.0.1' } = options;
  return {
    name: 'prometheus',
    onError: 'log',
    async open(run) {
      const numbers = createNumbers(run);
      const server = createServer(({ method, url }, response) => {
        const isThere = url?.split('?')[0] === '/metrics' && (method === 'GET' || method === 'HEAD');
        response.writeHead(isThere ? 200 : 404, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
        response.end(isThere ? numbers.render() : 'The metrics are at GET /metrics\n');
      });
      // It does not keep a process up that has nothing else to do.
      server.listen(port, host).unref();
      await once(server, 'listening').catch((cause) => {
        throw new SinkError({
          where: `prometheus: ${host}:${port}`,
          expected: 'an address and a port that are free',
          received: cause.message,
          hint: 'Choose another port',
          cause,
        });
      });
      return {
        write: numbers.take,
        close() {
          server.closeAllConnections();
          server.close();
        },
      };
    },
  };
}

/** What it answers with, in this order: the name of each family, its type, and what it is. */
const families = {
  info: ['millrace_run_info', 'gauge', 'The run and its engine.'],
  began: ['millrace_run_start_time_seconds', 'gauge', 'When this process began with the steps, in seconds since 1970.'],
  epochs: ['millrace_run_epochs', 'gauge', 'Epochs to train.'],
  totalRows: ['millrace_run_rows', 'gauge', 'Rows to train on in all epochs, where the source can tell.'],
  epoch: ['millrace_epoch', 'gauge', 'The number of the epoch, from 1.'],
  step: ['millrace_training_steps_total', 'counter', 'Updates of the parameters.'],
  rows: ['millrace_training_rows_total', 'counter', 'Rows trained on.'],
  loss: ['millrace_training_loss', 'gauge', 'Mean loss of the rows since the last report.'],
  learningRate: ['millrace_learning_rate', 'gauge', 'Learning rate of the last step.'],
  gradientNorm: ['millrace_gradient_norm', 'gauge', 'Euclidean norm of the gradient, before anything is clipped.'],
  rowsPerSecond: ['millrace_rows_per_second', 'gauge', 'Rows trained on in a second, since the last report.'],
  inFlight: ['millrace_batches_in_flight', 'gauge', 'Record batches pulled from the source and not yet consumed.'],
  memoryBytes: ['process_resident_memory_bytes', 'gauge', 'Resident memory.'],
  missing: ['millrace_missing_values_total', 'counter', 'Missing values for which something stood in.'],
  unseen: ['millrace_unseen_categories_total', 'counter', 'Categories that fitting had not seen.'],
  badRows: ['millrace_bad_rows_total', 'counter', 'Rows that were left out since they cannot be used.'],
  metrics: ['millrace_validation', 'gauge', 'Metrics of the held-out rows.'],
  baseline: ['millrace_validation_baseline', 'gauge', 'The same metrics of the best constant answer.'],
  findings: ['millrace_findings_total', 'counter', 'What health has found wrong.'],
} as const satisfies Readonly<Record<string, readonly [string, 'gauge' | 'counter', string]>>;

type Key = keyof typeof families;

const ofReport = ['loss', 'learningRate', 'gradientNorm', 'rowsPerSecond', 'inFlight', 'memoryBytes'] as const;
const totals = ['missing', 'unseen', 'badRows'] as const;

/** The numbers of a run as they were last. */
function createNumbers({ name, engine, epochs, totalRows }: Run) {
  const run = { run: name };
  const keys = Object.keys(families) as Key[];
  const numbers = Object.fromEntries(keys.map((key) => [key, createFamily()])) as Record<Key, MetricFamily>;
  numbers.info.set({ ...run, engine }, 1);
  numbers.began.set(run, Date.now() / 1000);
  numbers.epochs.set(run, epochs);
  if (totalRows !== undefined) numbers.totalRows.set(run, totalRows);

  return {
    take(event: TrainingEvent): void {
      numbers.step.set(run, event.step);
      if (event.kind === 'step') {
        numbers.rows.set(run, event.rows);
        return;
      }
      numbers.epoch.set(run, event.epoch);
      if (event.kind === 'report') for (const key of [...ofReport, ...totals]) numbers[key].set(run, event[key]);
      if (event.kind === 'finding') numbers.findings.add({ ...run, problem: event.problem }, 1);
      if (event.kind !== 'validation') return;
      for (const key of ['metrics', 'baseline'] as const)
        for (const [metric, value] of Object.entries(event[key])) numbers[key].set({ ...run, metric }, value);
    },
    render(): string {
      return keys
        .map((key) => {
          const [family, type, help] = families[key];
          return numbers[key].render(family, type, help);
        })
        .join('');
    },
  };
}

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import test from 'ava';
import { from, lastValueFrom } from 'rxjs';
import { mlflow } from '../../src/index.ts';
import { epochEvent, reportEvent, stepEvent, validationEvent } from '../../src/laws/madeEvents.ts';
import { makeRun } from '../../src/laws/madeRun.ts';
import { sinkLaws } from '../../src/laws/sinkLaws.ts';
import { createFanOut } from '../../src/sink/fanOut.ts';
import type { TrainingEvent } from '../../src/train/types.ts';
import { holdTo } from '../holdTo.ts';

interface Point {
  readonly key: string;
  readonly value: number;
  readonly timestamp: number;
  readonly step: number;
}

interface ServedRun {
  readonly experiment: string;
  status: string;
  readonly params: Map<string, string>;
  readonly points: Map<string, Point>;
  /** Requests with metrics that it has taken. */
  batches: number;
}

/**
 * A server as the REST API of MLflow describes it, with its limits: 1000 metrics, 100 parameters and a megabyte in a request. As in its
 * database, a point that comes twice is there once.
 *
 * @param failing tells which of the requests, from 1, get no answer after they have been done
 */
async function openServer(
  t: { teardown(end: () => void): unknown },
  failing: (request: number) => boolean = () => false,
) {
  const experiments = new Map<string, string>();
  const runs = new Map<string, ServedRun>();
  let requests = 0;
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://a');
    const sent = await text(request);
    const body = sent ? JSON.parse(sent) : {};
    const refuse = (status: number, error_code: string) => {
      response.writeHead(status);
      response.end(JSON.stringify({ error_code }));
    };
    const answer = (value: object) => {
      if (failing(++requests)) request.socket.destroy();
      else response.end(JSON.stringify(value));
    };
    const run = runs.get(body.run_id);
    if (sent.length > 1e6) return refuse(400, 'INVALID_PARAMETER_VALUE');
    switch (`${request.method} ${pathname.replace('/api/2.0/mlflow/', '')}`) {
      case 'GET experiments/get-by-name': {
        const id = experiments.get(searchParams.get('experiment_name')!);
        return id ? answer({ experiment: { experiment_id: id } }) : refuse(404, 'RESOURCE_DOES_NOT_EXIST');
      }
      case 'POST experiments/create':
        experiments.set(body.name, `${experiments.size + 1}`);
        return answer({ experiment_id: experiments.get(body.name) });
      case 'POST runs/create': {
        const id = `r${runs.size + 1}`;
        const experiment = [...experiments].find(([, each]) => each === body.experiment_id)![0];
        runs.set(id, { experiment, status: 'RUNNING', params: new Map(), points: new Map(), batches: 0 });
        return answer({ run: { info: { run_id: id } } });
      }
      case 'POST runs/log-batch': {
        const { metrics = [], params = [] } = body;
        const isBad =
          metrics.length > 1000 || params.length > 100 || metrics.some(({ value }: Point) => value === null);
        if (isBad) return refuse(400, 'INVALID_PARAMETER_VALUE');
        for (const { key, value } of params) run!.params.set(key, value);
        for (const point of metrics) run!.points.set(JSON.stringify(point), point);
        if (metrics.length > 0) run!.batches++;
        return answer({});
      }
      case 'POST runs/update':
        run!.status = body.status;
        return answer({});
      default:
        return refuse(404, 'ENDPOINT_NOT_FOUND');
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, runs, requests: () => requests };
}

function linesOf(points: Iterable<Point>): string[] {
  return [...points].map(({ key, value, step }) => `${key} ${step} ${value}`);
}

function expected(events: readonly TrainingEvent[]): string[] {
  return events.flatMap((event) => {
    const of = (values: Readonly<Record<string, number>>, group = '') =>
      Object.entries(values).map(([name, value]) => `${group}${name} ${event.step} ${value}`);
    if (event.kind === 'epoch') return of({ 'training/epochLoss': event.loss });
    if (event.kind === 'validation') return [...of(event.metrics, 'validation/'), ...of(event.baseline, 'constant/')];
    if (event.kind !== 'report') return [];
    const { loss, learningRate, gradientNorm, rowsPerSecond } = event;
    return of({ 'training/loss': loss, learningRate, gradientNorm, rowsPerSecond });
  });
}

let served: Awaited<ReturnType<typeof openServer>>;
const ends: (() => void)[] = [];
test.before(async () => {
  served = await openServer({ teardown: (end) => ends.push(end) });
});
test.after.always(() => {
  for (const end of ends) end();
});
holdTo(
  test.serial as typeof test,
  sinkLaws('mlflow', {
    make: () => mlflow({ url: served.url }),
    written: async () => linesOf([...served.runs.values()].at(-1)!.points.values()),
    expected,
  }),
);

async function write(run: Awaited<ReturnType<typeof makeRun>>, url: string, events: readonly TrainingEvent[]) {
  const { operator, closed } = createFanOut({ sinks: [mlflow({ url, experiment: 'e' })], run, hold: () => {} });
  await lastValueFrom(from(events).pipe(operator));
  await closed();
}

test('thousands of metrics come in a few requests, none lost or doubled where each tenth gets no answer', async (t) => {
  const { url, runs, requests } = await openServer(t, (request) => request % 10 === 4);
  const snapshot = () => ({ tensors: {}, state: { pipeline: { batch: 16, loss: { name: 'huber' }, 'a:b': null } } });
  const run = await makeRun(t, { snapshot });
  const events = Array.from({ length: 1000 }, (_, i) => reportEvent(i + 1));
  await write(run, url, [
    ...events,
    { ...reportEvent(1001), loss: Number.NaN },
    validationEvent(1001),
    epochEvent(1001),
  ]);
  const found = [...runs.values()].at(-1)!;
  t.is(found.points.size, 4000 + 3 + 4 + 1);
  t.is(new Set(linesOf(found.points.values())).size, found.points.size);
  t.is(found.status, 'FINISHED');
  t.is(found.experiment, 'e');
  t.deepEqual(Object.fromEntries(found.params), {
    batch: '16',
    'loss.name': 'huber',
    epochs: '1',
    engine: 'reference',
  });
  t.true(requests() < 30, `${requests()}`);
  t.deepEqual(run.logged, []);
});

test('a resumed run goes on with its run on the server, and sends nothing twice', async (t) => {
  const { url, runs } = await openServer(t);
  const run = await makeRun(t);
  await write(run, url, [reportEvent(1), reportEvent(2), validationEvent(2), reportEvent(3)]);
  await write({ ...run, resumedAt: 2 }, url, [validationEvent(2), epochEvent(2), reportEvent(3), reportEvent(4)]);
  t.is(runs.size, 1);
  const lines = linesOf(runs.get('r1')!.points.values());
  t.is(lines.filter((line) => line.startsWith('training/loss 3 ')).length, 1);
  t.is(lines.filter((line) => line.startsWith('validation/auc 2 ')).length, 1);
  t.true(lines.some((line) => line.startsWith('training/loss 4 ')));
});

test('where there is no server the run goes on without it, and the log says so', async (t) => {
  const run = await makeRun(t);
  await write(run, 'http://127.0.0.1:9', [stepEvent(1), reportEvent(1)]);
  t.regex(run.logged.join('\n'), /mlflow: GET experiments\/get-by-name.*expected an answer of an MLflow server/);
});

import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import test from 'ava';
import { from, lastValueFrom } from 'rxjs';
import { reportEvent, stepEvent, validationEvent } from '../../src/laws/madeEvents.ts';
import { makeRun } from '../../src/laws/madeRun.ts';
import { sinkLaws } from '../../src/laws/sinkLaws.ts';
import { createFanOut } from '../../src/sink/fanOut.ts';
import { prometheus } from '../../src/sink/prometheus.ts';
import type { Sink } from '../../src/sink/types.ts';
import type { TrainingEvent } from '../../src/train/types.ts';
import { holdTo } from '../holdTo.ts';

/** A port that is free by now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const scraped = new Map<string, string>();

/** The sink, which is asked once more before it is closed. */
function askedAtEnd(): Sink {
  return {
    ...prometheus(),
    async open(run) {
      const port = await freePort();
      const { write, close } = await prometheus({ port }).open(run);
      return {
        write,
        async close(outcome) {
          scraped.set(run.directory, await (await fetch(`http://127.0.0.1:${port}/metrics`)).text());
          await close(outcome);
        },
      };
    },
  };
}

/** The numbers by name and labels, without the time. */
function numbersIn(text: string): Record<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !/^#|start_time/.test(line));
  return Object.fromEntries(
    lines.map((line) => {
      const [, name, value] = /^(.*) (\S+)$/.exec(line)!;
      return [name!.replace('run="test",', '').replace('{run="test"}', ''), Number(value)];
    }),
  );
}

function lastNumbers(events: readonly TrainingEvent[]): Record<string, number> {
  const report = events.findLast(({ kind }) => kind === 'report') as ReturnType<typeof reportEvent>;
  const steps = events.filter((event) => event.kind === 'step');
  const validation = events.findLast(({ kind }) => kind === 'validation') as ReturnType<typeof validationEvent>;
  const findings = events.filter((event) => event.kind === 'finding');
  return {
    'millrace_run_info{engine="reference"}': 1,
    millrace_run_epochs: 1,
    millrace_run_rows: 4,
    millrace_epoch: 1,
    millrace_training_steps_total: events.at(-1)!.step,
    millrace_training_rows_total: steps.at(-1)!.rows,
    millrace_training_loss: report.loss,
    millrace_learning_rate: 0.001,
    millrace_gradient_norm: 1.5,
    millrace_rows_per_second: 1000,
    millrace_batches_in_flight: 1,
    process_resident_memory_bytes: 5e9,
    millrace_missing_values_total: 3,
    millrace_unseen_categories_total: 4,
    millrace_bad_rows_total: 5,
    ...Object.fromEntries(
      Object.entries(validation.metrics).map(([m, v]) => [`millrace_validation{metric="${m}"}`, v]),
    ),
    ...Object.fromEntries(
      Object.entries(validation.baseline).map(([m, v]) => [`millrace_validation_baseline{metric="${m}"}`, v]),
    ),
    ...Object.fromEntries(
      findings.map(({ problem }) => [
        `millrace_findings_total{problem="${problem}"}`,
        findings.filter((each) => each.problem === problem).length,
      ]),
    ),
  };
}

holdTo(
  test,
  sinkLaws('prometheus', {
    make: askedAtEnd,
    written: async (directory) => numbersIn(scraped.get(directory) ?? ''),
    expected: lastNumbers,
  }),
);

test('what it answers is what Prometheus reads, numbers that are not finite and names of any kind among it', async (t) => {
  const run = await makeRun(t, { name: 'a "b"\\\nc' });
  const port = await freePort();
  const writer = await prometheus({ port }).open(run);
  const url = `http://127.0.0.1:${port}`;
  const ask = async () => (await fetch(`${url}/metrics`)).text();
  t.false((await ask()).includes('millrace_training_loss{'));
  await writer.write(stepEvent(1));
  await writer.write({ ...reportEvent(2), loss: Number.NaN, gradientNorm: Number.POSITIVE_INFINITY });
  await writer.write({ ...validationEvent(2), metrics: { 'top "3"': 0.5 } });
  const text = await ask();
  t.true(text.includes('millrace_training_loss{run="a \\"b\\"\\\\\\nc"} NaN\n'));
  t.regex(text, /millrace_gradient_norm\{.*\} \+Inf\n/);
  t.is((await fetch(`${url}/other`)).status, 404);
  t.is((await fetch(`${url}/metrics`, { method: 'POST' })).status, 404);
  await writer.close({ kind: 'completed' });
  await t.throwsAsync(fetch(`${url}/metrics`));

  const { status, stdout, stderr, error } = spawnSync('promtool', ['check', 'metrics'], {
    input: text,
    encoding: 'utf8',
  });
  if (error) t.log('promtool is not installed: its check is left out');
  else t.is(status, 0, `${stdout}${stderr}`);
});

test('where the port is taken the run goes on without it, and the log says why', async (t) => {
  const run = await makeRun(t);
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  t.teardown(() => taken.close());
  const { port } = taken.address() as AddressInfo;
  const { operator } = createFanOut({ sinks: [prometheus({ port })], run, hold: () => {} });
  await lastValueFrom(from([stepEvent(1), reportEvent(1)]).pipe(operator));
  t.regex(run.logged.join('\n'), /prometheus.*free.*EADDRINUSE/s);
});

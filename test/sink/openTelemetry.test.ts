import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import test from 'ava';
import { from, lastValueFrom } from 'rxjs';
import { openTelemetry } from '../../src/index.ts';
import { epochEvent, reportEvent, stepEvent, validationEvent } from '../../src/laws/madeEvents.ts';
import { makeRun } from '../../src/laws/madeRun.ts';
import { sinkLaws } from '../../src/laws/sinkLaws.ts';
import { createFanOut } from '../../src/sink/fanOut.ts';
import type { TrainingEvent } from '../../src/train/types.ts';
import { holdTo } from '../holdTo.ts';

/** The SDK of OpenTelemetry, which keeps what it is given. */
function openSdk() {
  const kept = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter: kept, exportIntervalMillis: 1e8 });
  const spans = new InMemorySpanExporter();
  const meter = new MeterProvider({ readers: [reader] }).getMeter('training');
  const tracer = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: spans })] }).getTracer(
    'training',
  );
  return {
    meter,
    tracer,
    spans: () => spans.getFinishedSpans(),
    /** The last value of each, by its name and metric. */
    async numbers(): Promise<Record<string, number>> {
      await reader.forceFlush();
      const all =
        kept
          .getMetrics()
          .at(-1)
          ?.scopeMetrics.flatMap(({ metrics }) => metrics) ?? [];
      return Object.fromEntries(
        all.flatMap(({ descriptor, dataPoints }) =>
          dataPoints.map(({ attributes, value }) => {
            const { metric, problem } = attributes;
            return [[descriptor.name, metric ?? problem].filter(Boolean).join(' '), Number(value)];
          }),
        ),
      );
    },
  };
}

function lastNumbers(events: readonly TrainingEvent[]): Record<string, number> {
  const numbers: Record<string, number> = {};
  for (const event of events) {
    if (event.kind === 'step') continue;
    numbers['millrace.training.steps'] = event.step;
    if (event.kind === 'report') {
      numbers['millrace.training.loss'] = event.loss;
      numbers['millrace.learning_rate'] = event.learningRate;
      numbers['millrace.gradient_norm'] = event.gradientNorm;
      numbers['millrace.rows_per_second'] = event.rowsPerSecond;
      numbers['process.memory.usage'] = event.memoryBytes;
    } else if (event.kind === 'validation') {
      for (const [metric, value] of Object.entries(event.metrics)) numbers[`millrace.validation ${metric}`] = value;
      for (const [metric, value] of Object.entries(event.baseline))
        numbers[`millrace.validation.baseline ${metric}`] = value;
    } else if (event.kind === 'finding') {
      const name = `millrace.findings ${event.problem}`;
      numbers[name] = (numbers[name] ?? 0) + 1;
    }
  }
  return numbers;
}

let sdk = openSdk();
holdTo(
  test.serial as typeof test,
  sinkLaws('openTelemetry', {
    make: () => {
      sdk = openSdk();
      return openTelemetry({ meter: sdk.meter, tracer: sdk.tracer });
    },
    written: () => sdk.numbers(),
    expected: lastNumbers,
  }),
);

test('a run is a span with one of each epoch in it, and what was scored are their events', async (t) => {
  const { meter, tracer, spans } = openSdk();
  const run = await makeRun(t);
  const { operator, closed } = createFanOut({ sinks: [openTelemetry({ meter, tracer })], run, hold: () => {} });
  const events = [stepEvent(1), reportEvent(1), validationEvent(1), epochEvent(1), stepEvent(2), epochEvent(2)];
  await lastValueFrom(from(events).pipe(operator));
  await closed();
  const [first, second, whole, ...more] = spans();
  t.deepEqual(more, []);
  t.deepEqual([first!.name, second!.name, whole!.name], ['millrace epoch', 'millrace epoch', 'millrace run']);
  for (const epoch of [first!, second!]) t.is(epoch.parentSpanContext?.spanId, whole!.spanContext().spanId);
  t.like(whole!.attributes, { 'millrace.run': 'test', engine: 'reference', epochs: 1, outcome: 'completed' });
  t.is(whole!.status.code, 1);
  t.like(first!.events[0], { name: 'validation', attributes: { step: 1, auc: 0.75, logLoss: 0.5 } });
  t.deepEqual(run.logged, []);
});

test('a run that fails is a span with the error', async (t) => {
  const { tracer, spans } = openSdk();
  const writer = await openTelemetry({ tracer }).open(await makeRun(t));
  await writer.write(reportEvent(1));
  await writer.close({ kind: 'failed', error: new Error('row 3') });
  t.like(spans().at(-1)!.status, { code: 2, message: 'row 3' });
});

test('needs a meter or a tracer', (t) => {
  t.throws(() => openTelemetry({}), { message: /expected a meter, a tracer, or both, got neither/ });
  t.throws(() => openTelemetry({ meter: {} as never }), { message: /expected a meter/ });
});

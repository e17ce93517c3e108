import { OptionError, SinkError } from '../errors.ts';
import { made } from '../options/bounds.ts';
import { checkOptions } from '../options/checkOptions.ts';
import type { TrainingEvent } from '../train/types.ts';
import type { Outcome, Run, Sink } from './types.ts';

type Attributes = Record<string, string | number | boolean>;

/** What is used of a `Meter` of `@opentelemetry/api`. */
export interface TelemetryMeter {
  createGauge(name: string, options?: { description?: string; unit?: string }): TelemetryGauge;
  createCounter(name: string, options?: { description?: string; unit?: string }): TelemetryCounter;
}

interface TelemetryGauge {
  record(value: number, attributes?: Attributes): void;
}

interface TelemetryCounter {
  add(value: number, attributes?: Attributes): void;
}

/** What is used of a `Tracer` of `@opentelemetry/api`. */
export interface TelemetryTracer {
  /** @param context a `Context` of `@opentelemetry/api`, which those who do not trace need not install */
  startSpan(name: string, options?: { attributes?: Attributes }, context?: unknown): TelemetrySpan;
}

interface TelemetrySpan {
  setAttributes(attributes: Attributes): unknown;
  addEvent(name: string, attributes?: Attributes): unknown;
  setStatus(status: { code: number; message?: string }): unknown;
  end(): void;
}

export interface OpenTelemetryOptions {
  /**
   * Gets the numbers of the run, as `metrics.getMeter('training')` gives it.
   * @default no numbers
   */
  readonly meter?: TelemetryMeter;
  /**
   * Gets a span of the run and, in it, one of each epoch, as `trace.getTracer('training')` gives it. `@opentelemetry/api` must be installed.
   * @default no spans
   */
  readonly tracer?: TelemetryTracer;
}

/**
 * Gives how a run goes to OpenTelemetry: numbers of each report and validation to a meter; a span of the run, with one of each epoch in it, to a
 * tracer. Where they go from there, and that nothing is left behind when the process ends, is the business of the SDK that has made them.
 *
 * @throws OptionError where there is neither a meter nor a tracer
 * @example openTelemetry({ meter: metrics.getMeter('training'), tracer: trace.getTracer('training') })
 */
export function openTelemetry(options: OpenTelemetryOptions): Sink {
  checkOptions<OpenTelemetryOptions>('openTelemetry', options, {
    meter: made<TelemetryMeter>("a meter, as metrics.getMeter('training')", 'createGauge'),
    tracer: made<TelemetryTracer>("a tracer, as trace.getTracer('training')", 'startSpan'),
  });
  const { meter, tracer } = options;
  if (!meter && !tracer)
    throw new OptionError({ where: 'openTelemetry', expected: 'a meter, a tracer, or both', received: 'neither' });
  return {
    name: 'openTelemetry',
    onError: 'log',
    async open(run) {
      const numbers = meter && createNumbers(meter, run);
      const spans = tracer && (await createSpans(tracer, run));
      return {
        write(event) {
          if (event.kind === 'step') return;
          numbers?.(event);
          spans?.take(event);
        },
        close: (outcome) => spans?.close(outcome),
      };
    },
  };
}

type Told = Exclude<TrainingEvent, { readonly n: number }>;

function createNumbers(meter: TelemetryMeter, { name, resumedAt = 0 }: Run): (event: Told) => void {
  const run = { 'millrace.run': name };
  const gauge = (of: string, description: string) => meter.createGauge(`millrace.${of}`, { description });
  const ofReport = {
    loss: gauge('training.loss', 'Mean loss of the rows since the last report'),
    learningRate: gauge('learning_rate', 'Learning rate of the last step'),
    gradientNorm: gauge('gradient_norm', 'Euclidean norm of the gradient, before anything is clipped'),
    rowsPerSecond: gauge('rows_per_second', 'Rows trained on in a second, since the last report'),
    memoryBytes: meter.createGauge('process.memory.usage', { description: 'Resident memory', unit: 'By' }),
  };
  const scores = gauge('validation', 'Metrics of the held-out rows');
  const constants = gauge('validation.baseline', 'The same metrics of the best constant answer');
  const steps = meter.createCounter('millrace.training.steps', { description: 'Updates of the parameters' });
  const findings = meter.createCounter('millrace.findings', { description: 'What health has found wrong' });
  let counted = resumedAt;
  return (event) => {
    if (event.step > counted) steps.add(event.step - counted, run);
    counted = Math.max(counted, event.step);
    if (event.kind === 'report')
      for (const [key, each] of Object.entries(ofReport)) each.record(event[key as keyof typeof ofReport], run);
    if (event.kind === 'finding') findings.add(1, { ...run, problem: event.problem });
    if (event.kind !== 'validation') return;
    for (const [metric, value] of Object.entries(event.metrics)) scores.record(value, { ...run, metric });
    for (const [metric, value] of Object.entries(event.baseline)) constants.record(value, { ...run, metric });
  };
}

async function createSpans(tracer: TelemetryTracer, { name, engine, epochs, resumedAt }: Run) {
  const { context, SpanStatusCode, trace } = await loadApi();
  const attributes = { 'millrace.run': name, engine, epochs, ...(resumedAt !== undefined && { resumedAt }) };
  const whole = tracer.startSpan('millrace run', { attributes }, context.active());
  const within = trace.setSpan(context.active(), whole as Parameters<typeof trace.setSpan>[1]);
  let epoch = tracer.startSpan('millrace epoch', {}, within);
  let isOpen = true;
  return {
    take(event: Told): void {
      if (!isOpen) epoch = tracer.startSpan('millrace epoch', {}, within);
      isOpen = true;
      const { step } = event;
      if (event.kind === 'validation') epoch.addEvent('validation', { step, ...event.metrics });
      if (event.kind === 'finding') epoch.addEvent('finding', { step, problem: event.problem, message: event.message });
      if (event.kind !== 'epoch') return;
      epoch.setAttributes({ epoch: event.epoch, step, rows: event.rows, loss: event.loss });
      epoch.end();
      isOpen = false;
    },
    close(outcome: Outcome): void {
      if (isOpen) epoch.end();
      whole.setAttributes({ outcome: outcome.kind });
      if (outcome.kind === 'completed') whole.setStatus({ code: SpanStatusCode.OK });
      if (outcome.kind === 'failed') {
        const message = outcome.error instanceof Error ? outcome.error.message : `${outcome.error}`;
        whole.setStatus({ code: SpanStatusCode.ERROR, message });
      }
      whole.end();
    },
  };
}

/** Loaded where spans are wanted: it is installed by those who want them. */
async function loadApi(): Promise<typeof import('@opentelemetry/api')> {
  return import('@opentelemetry/api').catch((cause) => {
    throw new SinkError({
      where: 'openTelemetry: tracer',
      expected: 'the package @opentelemetry/api',
      received: `none (${cause.message})`,
      hint: 'Install it beside millrace: npm install @opentelemetry/api',
      cause,
    });
  });
}

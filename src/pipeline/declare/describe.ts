import { firstValueFrom } from 'rxjs';
import type { SplitRule } from '../../batch/types.ts';
import { windowRows } from '../../batch/windowRows.ts';
import { assertOwn } from '../../brand.ts';
import { createGate, type Gate } from '../../flow/gate.ts';
import { megabytes } from '../../format/sizes.ts';
import { checkOutputs } from '../../loss/checkOutputs.ts';
import { planNetwork } from '../../network/planNetwork.ts';
import { abortSignal, aFunction } from '../../options/bounds.ts';
import { checkOption, checkOptions } from '../../options/checkOptions.ts';
import { deriveColumns } from '../../preprocess/derive/deriveColumns.ts';
import { derivedSchema } from '../../preprocess/derive/derivedSchema.ts';
import type { Field, RowLayout } from '../../preprocess/types.ts';
import { noteOf } from '../../source/columnNote.ts';
import type { OnReading } from '../../source/types.ts';
import type { Metric } from '../../train/metrics/types.ts';
import { badRowMode } from '../badRows/badRowMode.ts';
import { createBadRows } from '../badRows/badRows.ts';
import { columnsToRead } from '../rows/columnsToRead.ts';
import { openSpill } from '../rows/openSpill.ts';
import { fitPipeline } from '../run/fit.ts';
import type { Pipeline } from './pipeline.ts';
import { pipelineBound } from './pipelineFields.ts';

/** A stage of the chain, and what flows out of it. */
export interface Stage {
  /** As it would be written: `dense(64)`. */
  readonly stage: string;
  /** Schema or shape after it. */
  readonly output: string;
  /** Numbers that are learned in it; 0 for most. */
  readonly parameters: number;
}

/** The options of `describe`. */
export interface DescribeOptions {
  /** Ends the reading; the error is its reason. */
  readonly signal?: AbortSignal;
  /** Told how far the source has been read. */
  readonly onReading?: OnReading;
}

/**
 * The chain of operators that a pipeline stands for, with the schema or shape at every arrow. Reads the source once, since the
 * width of the network's input depends on the categories that fitting finds.
 *
 * @throws OptionError where another copy of Millrace has made the pipeline
 * @throws SchemaError, DataError, ShapeError as training would
 * @example
 * ```ts
 * const pipeline = definePipeline({
 *   name: 'sum',
 *   source: memory([{ a: 1, b: 2, sum: 3 }, { a: 3, b: 1, sum: 4 }]),
 *   features: { a: numeric(), b: numeric() },
 *   target: regression('sum'),
 *   batch: 2,
 *   network: [dense(1)],
 *   loss: meanSquaredError(),
 *   optimizer: adam({ learningRate: 0.01 }),
 * });
 * const stages = await describe(pipeline);
 * stages.length > 5; //=> true
 * ```
 */
export async function describe(pipeline: Pipeline, options: DescribeOptions = {}): Promise<readonly Stage[]> {
  assertOwn('describe: pipeline', pipeline);
  checkOption('describe: pipeline', pipeline, pipelineBound);
  checkOptions<DescribeOptions>('describe', options, { signal: abortSignal, onReading: aFunction() });
  const { signal, onReading } = options;
  const { source, derive, batch, loss, optimizer, epochs, sinks } = pipeline;
  const gate = createGate({ ahead: pipeline.ahead });
  const badRows = createBadRows({ policy: pipeline.badRows, source: source.name });
  const read = await columnsToRead(pipeline, signal);
  const schema = await source.schema(signal);
  const rows = await source.rows(signal);
  const fitting = { gate, columns: read, badRows, signal, onReading };
  const { preprocessor, split, columns, fittedRows, trainingRows, heldOutRows } = await fitPipeline(pipeline, fitting);
  const { layout, target, hash } = preprocessor;
  const plan = planNetwork({ layers: pipeline.network, layout });
  checkOutputs(loss, plan.outputs, target);
  const derived = (await derivedFields(pipeline, gate, columns)) ?? derivedSchema(derive, schema).fields;
  const typed = (names: readonly string[]) =>
    names
      .map((name) => {
        const field = derived.find((each) => each.name === name);
        const note = field && noteOf(field);
        return `${name}: ${field?.type}${note ? ` (${note.reason})` : ''}`;
      })
      .join(', ');

  const stage = (name: string, output: string, parameters = 0): Stage => ({ stage: name, output, parameters });
  return [
    stage(
      `open(${source.name})`,
      `${typed(columns)}; ${source.unbounded ? 'rows without end' : `${rows ?? 'unknown'} rows`}`,
    ),
    stage('rows that cannot be used', describePolicy(pipeline)),
    stage(
      `splitRows(${describeSplit(split)})`,
      trainingRows === null ? 'rows to train on' : `${trainingRows} rows to train on, ${heldOutRows} held out`,
    ),
    ...derive.map(({ names, columns: from }) =>
      stage(`deriveColumns: ${names.join(', ')} from ${from.join(', ')}`, typed(names)),
    ),
    stage(
      trainingRows === null ? `encode(fitted on ${fittedRows} rows)` : 'encode(fitted)',
      `${layout.fields.map(describeField).join(', ')}; sha256 ${hash.slice(0, 12)}`,
    ),
    stage(`shuffle(${JSON.stringify(pipeline.shuffle)})`, describeOrder(pipeline, layout, trainingRows)),
    stage(`miniBatch(${batch})`, `x [${batch}, ${layout.width}], y [${batch}]`),
    ...plan.layers.map(({ name, outputs, parameters }) =>
      stage(`forward: ${name}`, `[${batch}, ${outputs}]`, parameters),
    ),
    stage(`lossOf(${loss.name})`, `loss, dL/doutput [${batch}, ${plan.outputs}]`),
    stage('backward', `dL/dparameters [${plan.parameters}]`),
    ...(pipeline.accumulate > 1
      ? [stage(`accumulate(${pipeline.accumulate})`, 'the mean gradient of so many mini-batches')]
      : []),
    ...pipeline.gradient.map((transform) =>
      stage(`transformGradient(${transform.name} ${JSON.stringify(transform.options)})`, `[${plan.parameters}]`),
    ),
    stage(
      `update(${optimizer.name} ${JSON.stringify(optimizer.options)})`,
      `parameters [${plan.parameters}], ${optimizer.moments.length} moments; ${trainingRows === null ? 'unknown' : Math.ceil(trainingRows / batch)} steps an epoch, ${epochs} epoch${epochs === 1 ? '' : 's'}`,
    ),
    ...(pipeline.metrics.length > 0
      ? [stage('evaluate', `besides the metrics of the target: ${pipeline.metrics.map(inWords).join(', ')}`)]
      : []),
    ...sinks.map(({ name, onError }) => stage(`sink ${name}`, `on error: ${onError}`)),
  ];
}

/** The columns of the first record batch, derived ones among them: the type of a function's results is known only then. */
async function derivedFields(pipeline: Pipeline, gate: Gate, columns: readonly string[]) {
  const { source, derive } = pipeline;
  const badRows = badRowMode(pipeline);
  const batch$ = gate.open(source, { columns, badRows }).pipe(deriveColumns(derive, { badRows }));
  return (await firstValueFrom(batch$, { defaultValue: undefined }))?.records.schema.fields;
}

function describeSplit({ validation, seed, by, repeats }: SplitRule): string {
  if (validation === 0) return JSON.stringify({ validation });
  const apart = repeats && { repeats: repeats.by.length > 0 ? repeats.by : 'by place' };
  return JSON.stringify({ validation, ...(seed !== 0 && { seed }), by, ...apart });
}

function describePolicy({ badRows }: Pipeline): string {
  if (badRows === 'fail') return 'none: the first fails the run';
  const { maxShare, path } = badRows;
  return `left out${path ? `, written to ${path}` : ''}; more than ${100 * maxShare} % fail the run`;
}

function describeOrder({ shuffle, seed }: Pipeline, layout: RowLayout, trainingRows: number | null): string {
  if (!shuffle) return 'rows in the order of the source';
  if (trainingRows === null) return `windows of ${windowRows(shuffle.memoryMB, layout)} rows, permuted`;
  const spill = openSpill({ shuffle, seed }, { layout, trainingRows, directory: "the run's folder" });
  if (!spill) return `windows of ${Math.min(windowRows(shuffle.memoryMB, layout), trainingRows)} rows, permuted`;
  const { buckets, bytes } = spill;
  const rows = Math.round(trainingRows / buckets);
  return `${buckets} buckets of about ${rows} rows, ${megabytes(bytes, 1)} on disk; each permuted in memory`;
}

function inWords({ name, options, better }: Metric): string {
  const given = Object.keys(options).length > 0 ? ` ${JSON.stringify(options)}` : '';
  return `${name}${given} (${better} is better)`;
}

function describeField(field: Field): string {
  const { name, kind } = field;
  if (kind === 'numbers') return field.count === 1 ? name : `${name} x${field.count}`;
  if (kind === 'oneHot') return `${name}: one of ${field.size}`;
  if (kind === 'embedding') return `${name}: one of ${field.size} in ${field.width}`;
  return `${name}: ${kind}`;
}

import { firstValueFrom } from 'rxjs';
import { windowRows } from '../batch/windowRows.ts';
import { assertOwn } from '../brand.ts';
import { createGate, type Gate } from '../flow/gate.ts';
import { checkOutputs } from '../loss/checkOutputs.ts';
import { planNetwork } from '../network/planNetwork.ts';
import { deriveColumns } from '../preprocess/deriveColumns.ts';
import { derivedSchema } from '../preprocess/derivedSchema.ts';
import type { Field, RowLayout } from '../types.ts';
import { badRowMode } from './badRows/badRowMode.ts';
import { createBadRows } from './badRows/badRows.ts';
import { fitPipeline } from './fit.ts';
import { openSpill } from './openSpill.ts';
import type { Pipeline } from './pipeline.ts';
import { readColumns } from './readColumns.ts';

/** A stage of the chain, and what flows out of it. */
export interface Stage {
  /** As it would be written: `dense(64)`. */
  readonly stage: string;
  /** Schema or shape after it. */
  readonly output: string;
  /** Numbers that are learned in it; 0 for most. */
  readonly parameters: number;
}

/**
 * The chain of operators that a pipeline stands for, with the schema or shape at every arrow. Reads the source once, since the
 * width of the network's input depends on the categories that fitting finds.
 *
 * @throws OptionError where another copy of Millrace has made the pipeline
 * @throws SchemaError, DataError, ShapeError as training would
 */
export async function describe(pipeline: Pipeline, signal?: AbortSignal): Promise<readonly Stage[]> {
  assertOwn('describe: pipeline', pipeline);
  const { source, derive, split, batch, loss, optimizer, epochs, sinks } = pipeline;
  const gate = createGate({ ahead: pipeline.ahead });
  const badRows = createBadRows({ policy: pipeline.badRows, source: source.name });
  const columns = await readColumns(pipeline, signal);
  const schema = await source.schema(signal);
  const rows = await source.rows(signal);
  const fitting = { gate, columns, badRows, signal };
  const { preprocessor, fittedRows, trainingRows } = await fitPipeline(pipeline, fitting);
  const { layout, target, hash } = preprocessor;
  const plan = planNetwork({ layers: pipeline.network, layout });
  checkOutputs(loss, plan.outputs, target);
  const derived = (await derivedFields(pipeline, gate, columns)) ?? derivedSchema(derive, schema).fields;
  const typed = (names: readonly string[]) =>
    names.map((name) => `${name}: ${derived.find((field) => field.name === name)?.type}`).join(', ');

  const stage = (name: string, output: string, parameters = 0): Stage => ({ stage: name, output, parameters });
  return [
    stage(
      `open(${source.name})`,
      `${typed(columns)}; ${source.unbounded ? 'rows without end' : `${rows ?? 'unknown'} rows`}`,
    ),
    stage('rows that cannot be used', describePolicy(pipeline)),
    stage(
      `splitRows(${JSON.stringify(split)})`,
      trainingRows === null ? 'rows to train on' : `${trainingRows} rows to train on`,
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
  return `${buckets} buckets of about ${rows} rows, ${(bytes / 1e6).toFixed(1)} MB on disk; each permuted in memory`;
}

function describeField(field: Field): string {
  const { name, kind } = field;
  if (kind === 'numbers') return field.count === 1 ? name : `${name} x${field.count}`;
  if (kind === 'oneHot') return `${name}: one of ${field.size}`;
  if (kind === 'embedding') return `${name}: one of ${field.size} in ${field.width}`;
  return `${name}: ${kind}`;
}

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import type { SplitRule } from '../../batch/types.ts';
import { openEngine } from '../../engine/openEngine.ts';
import { DataError } from '../../errors.ts';
import { shownTime } from '../../format/times.ts';
import { shownNames } from '../../options/shown.ts';
import { badRowMode } from '../../pipeline/badRows/badRowMode.ts';
import type { Pipeline } from '../../pipeline/declare/pipeline.ts';
import { columnsOfSplit, splitsOf } from '../../pipeline/declare/splitRule.ts';
import type { TrainOptions } from '../../pipeline/declare/trainOptions.ts';
import { checkpoint } from '../../sink/checkpoint.ts';
import { log } from '../../sink/log.ts';
import { createLogger, type TextStream } from '../../sink/logger.ts';
import { judgeModels } from '../checks/judgeModels.ts';
import { describeTraining } from '../drift/describeTraining.ts';
import { dataRanges, type TimeRange } from '../rows/dataRanges.ts';
import { jobColumns } from '../rows/jobColumns.ts';
import { type Survey, surveyRows } from '../rows/surveyRows.ts';
import { type Champion, findChampion, withTypesOf } from '../scoring/findChampion.ts';
import { scoreHeldOut } from '../scoring/scoreHeldOut.ts';
import { scoringModel } from '../scoring/scoringModel.ts';
import type {
  CheckResult,
  Job,
  SlicedScores,
  TrainingMessage,
  TrainingRequest,
  TrainingResult,
  Verdict,
} from '../types.ts';
import { pipelineHash } from './pipelineHash.ts';
import { reportProgress } from './reportProgress.ts';
import { trainOrResume } from './trainOrResume.ts';

export interface TrainJobOptions {
  /** Interrupts the run: a last checkpoint is written. */
  readonly signal: AbortSignal;
  readonly send: (message: TrainingMessage) => void;
  /** Takes lines on how it goes; nobody by default. */
  readonly lines?: TextStream;
}

/** A run that was interrupted, after a step. */
export interface Interrupted {
  readonly kind: 'interrupted';
  readonly step: number;
}

/**
 * Does what a run asks for: looks at the rows, trains or goes on, scores the candidate and the champion on the same held-out rows, and judges.
 *
 * Given the same request it ends with the same model, however often it was killed on the way, unless the rows have changed meanwhile: then
 * it says so and trains on them as they are.
 */
export async function trainJob(
  declared: Job,
  request: TrainingRequest,
  { signal, send, lines = { write() {} } }: TrainJobOptions,
): Promise<TrainingResult | Interrupted> {
  const { directory } = request;
  const alert = (text: string) => send({ kind: 'alert', text });
  const note = (text: string) => send({ kind: 'note', text });
  const line = createLogger({ destination: lines, pretty: true, dated: true });
  const engine = openEngine();
  const found = await findChampion(request.champions, { pipeline: declared.pipeline, engine, alert });
  const job = withTypesOf(found, declared);
  const { pipeline, data } = job;
  const champion = await withKnownSplit(found, pipeline, signal);
  const columns = await jobColumns(job, signal);
  const ranges = dataRanges(data, request);
  const survey = await surveyRows(pipeline.source, {
    by: data.by,
    ranges,
    columns: columns.all,
    badRows: badRowMode(pipeline),
    signal,
  });
  const { newRows } = survey;
  const minRows = survey.trainRows === 0 ? Math.max(1, data.minRows) : data.minRows;
  if (newRows < minRows) return { kind: 'tooFewRows', newRows, minRows };
  assertRowsInRange(job, ranges.train, survey);

  const warm = job.start === 'warm' && champion.kind === 'found' ? champion : undefined;
  if (job.start === 'warm' && champion.kind === 'foreign') note(`training begins from scratch: ${champion.why}`);

  const trained = { ...pipeline, source: survey.train, sinks: sinksOf(pipeline, send, lines) };
  const onLog: TrainOptions['log'] = (level, text) => (level === 'info' ? line(level, text) : note(text));
  const { trainRows, dataFrom, dataTo } = survey;
  const times = dataFrom === null || dataTo === null ? '' : `, of ${shownTime(dataFrom)} to ${shownTime(dataTo)}`;
  const start = warm ? `version ${warm.version}` : 'scratch';
  line('info', `${newRows} new rows; trains on ${trainRows}${times}, from ${start}`);
  // A run that is gone on with may be asked to compare with another champion than the one that it began from.
  const notes = async (split: SplitRule) => ({
    job: job.name,
    run: request.runId,
    from: warm?.version ?? null,
    ...(await describeTraining(job, { columns: columns.all, source: survey.train, split, signal }, warm?.model)),
  });
  // From the folder in which the worker runs, as `evaluate` looks for it.
  const file = relative('.', request.jobFile);
  const options = { directory, signal, log: onLog, warmStart: warm?.path, declared: { file, settings: {} }, notes };
  const summary = await trainOrResume(trained, options, note);
  if (summary.outcome === 'interrupted') return { kind: 'interrupted', step: summary.steps };

  const path = summary.checkpoint!;
  const candidate = await scoringModel(path, pipeline, engine);
  const { from } = candidate.state.notes ?? {};
  const scoring = { ...columns, columns: columns.all, source: survey.score, signal };
  const { scores, before, against } = await scoreHeldOut(candidate, champion, { ...scoring, pipeline, note });
  return {
    kind: 'trained',
    newRows,
    trainedRows: candidate.state.trainingRows ?? survey.trainRows,
    dataFrom: survey.dataFrom,
    dataTo: survey.dataTo,
    start: typeof from === 'number' ? { kind: 'warm', version: from } : { kind: 'scratch' },
    checkpoint: relative(directory, path),
    sha256: createHash('sha256')
      .update(await readFile(path))
      .digest('hex'),
    pipelineHash: pipelineHash(pipeline),
    fingerprint: candidate.state.fingerprint,
    candidate: scores,
    champion: against.kind === 'found' && before ? { version: against.version, scores: before } : null,
    verdict: judge(job, against, scores, before),
  };
}

/** New rows may all be older than the window, as those of the past are in a first run. */
function assertRowsInRange(
  { name, pipeline }: Job,
  { after, until }: TimeRange,
  { trainRows, newRows, newest }: Survey,
): void {
  if (trainRows > 0 || newest === null) return;
  throw new DataError({
    where: `job ${name}: ${pipeline.source.name}`,
    expected: `rows after ${shownTime(after)} and up to ${shownTime(until)}, to train on`,
    received: `${newRows} new ones, the newest of ${shownTime(newest)}`,
    hint: 'Widen data.window, or replay the past with --clock',
  });
}

/** The pipeline's sinks but those for a terminal, with those for checkpoints and for lines on how it goes, and one for progress. */
function sinksOf({ sinks }: Pipeline, send: TrainJobOptions['send'], lines: TextStream): Pipeline['sinks'] {
  const kept = sinks.filter(({ name }) => name !== 'progress');
  const has = (wanted: string) => kept.some(({ name }) => name === wanted);
  return [
    ...kept,
    ...(has('checkpoint') ? [] : [checkpoint({ everyMs: 10_000, keep: 1 })]),
    ...(has('log') ? [] : [log({ destination: lines, pretty: true, dated: true })]),
    reportProgress(send),
  ];
}

/** A champion of which nobody can tell any more which rows it was trained on cannot be compared with. */
async function withKnownSplit(champion: Champion, pipeline: Pipeline, signal: AbortSignal): Promise<Champion> {
  if (champion.kind !== 'found') return champion;
  const { fields } = await pipeline.source.schema(signal);
  const wanted = splitsOf(champion.model.state, pipeline).flatMap(columnsOfSplit);
  const missing = wanted.filter((column) => !fields.some(({ name }) => name === column));
  if (missing.length === 0) return champion;
  const why = `it was trained on rows that were told apart by ${shownNames(missing)}, which is not there any more`;
  return { kind: 'foreign', version: champion.version, why };
}

/** A champion that cannot be compared with stays, unless there are no checks. */
function judge(job: Job, champion: Champion, candidate: SlicedScores, before: SlicedScores | undefined): Verdict {
  const { checks, passed } = judgeModels(job.checks, candidate, before);
  if (champion.kind !== 'foreign' || job.checks.length === 0) return { checks, passed };
  const { version, why } = champion;
  const foreign: CheckResult = {
    name: 'champion',
    passed: false,
    reason: `version ${version} cannot be compared with, promote by hand if the new model shall take over: ${why}`,
    numbers: { version },
  };
  return { passed: false, checks: [foreign, ...checks] };
}

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { openEngine } from '../../engine/openEngine.ts';
import { DataError } from '../../errors.ts';
import { badRowMode } from '../../pipeline/badRows/badRowMode.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import type { SavedState } from '../../pipeline/runState.ts';
import { checkpoint } from '../../sink/checkpoint.ts';
import { describeTraining } from '../drift/describeTraining.ts';
import { judgeModels } from '../gate/judgeModels.ts';
import { shownTime } from '../ledger/shownTime.ts';
import type {
  CheckResult,
  Job,
  ModelScores,
  TrainingMessage,
  TrainingRequest,
  TrainingResult,
  Verdict,
} from '../types.ts';
import { dataRanges, type TimeRange } from './dataRanges.ts';
import { type Champion, findChampion } from './findChampion.ts';
import { jobColumns } from './jobColumns.ts';
import { pipelineHash } from './pipelineHash.ts';
import { reportProgress } from './reportProgress.ts';
import { type ScoreOptions, scoreModels } from './scoreModels.ts';
import { type ScoringModel, scoringModel } from './scoringModel.ts';
import { type Survey, surveyRows } from './surveyRows.ts';
import { trainOrResume } from './trainOrResume.ts';

export interface TrainJobOptions {
  /** Interrupts the run: a last checkpoint is written. */
  readonly signal: AbortSignal;
  readonly say: (message: TrainingMessage) => void;
}

type Found = Champion & { readonly kind: 'found' };

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
  job: Job,
  request: TrainingRequest,
  { signal, say }: TrainJobOptions,
): Promise<TrainingResult | Interrupted> {
  const { pipeline, data } = job;
  const { directory } = request;
  const alert = (text: string) => say({ kind: 'alert', text });
  const note = (text: string) => say({ kind: 'note', text });
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

  const engine = openEngine();
  const champion = await findChampion(request.champions, { pipeline, engine, alert });
  const warm = job.start === 'warm' && champion.kind === 'found' ? champion : undefined;
  if (job.start === 'warm' && champion.kind === 'foreign') note(`training begins from scratch: ${champion.why}`);

  const trained = { ...pipeline, source: survey.train, sinks: sinksOf(pipeline, say) };
  const log = (level: string, text: string) => {
    if (level !== 'info') note(text);
  };
  // A run that is gone on with may be asked to compare with another champion than the one that it began from.
  const notes = async () => ({
    job: job.name,
    run: request.runId,
    from: warm?.version ?? null,
    ...(await describeTraining(job, { ...columns, columns: columns.all, source: survey.train, signal }, warm?.model)),
  });
  // From the folder in which the worker runs, as `evaluate` looks for it.
  const declared = { file: relative('.', request.jobFile), settings: {} };
  const options = { directory, signal, log, warmStart: warm?.path, declared, notes };
  const summary = await trainOrResume(trained, options, note);
  if (summary.outcome === 'interrupted') return { kind: 'interrupted', step: summary.steps };

  const path = summary.checkpoint!;
  const candidate = await scoringModel(path, pipeline, engine);
  const { from } = candidate.state.notes;
  if (champion.kind === 'found') noteSplit(candidate.state, champion, note);
  const models = champion.kind === 'found' ? [candidate, champion.model] : [candidate];
  const [scores, before] = await scoreHeldOut(models, pipeline, {
    ...columns,
    columns: columns.all,
    source: survey.score,
    signal,
  });
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
    champion: champion.kind === 'found' ? { version: champion.version, scores: before } : null,
    verdict: judge(job, champion, scores, before),
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

/** The pipeline's sinks but those for a terminal, with one for checkpoints and one for progress. */
function sinksOf({ sinks }: Pipeline, say: TrainJobOptions['say']): Pipeline['sinks'] {
  const kept = sinks.filter(({ name }) => name !== 'progress');
  const saves = kept.some(({ name }) => name === 'checkpoint');
  return [...kept, ...(saves ? [] : [checkpoint({ everyMs: 10_000, keep: 1 })]), reportProgress(say)];
}

async function scoreHeldOut(
  models: readonly ScoringModel[],
  pipeline: Pipeline,
  options: ScoreOptions,
): Promise<ModelScores[]> {
  const isSplit = pipeline.split.validation > 0;
  return isSplit ? scoreModels(models, pipeline, options) : models.map(() => ({ rows: 0, metrics: {}, slices: {} }));
}

/** Rows that are held out now may have been trained on when other rows were. */
function noteSplit(candidate: SavedState, { version, model }: Found, note: (text: string) => void): void {
  const split = ({ pipeline }: SavedState) => JSON.stringify([pipeline.split, pipeline.seed]);
  if (split(candidate) === split(model.state)) return;
  note(`version ${version} was trained with another split or seed: it may have seen rows that it is scored on`);
}

/** A champion that cannot be compared with stays, unless the gate lets every model pass. */
function judge(job: Job, champion: Champion, candidate: ModelScores, before: ModelScores | undefined): Verdict {
  const { checks, passed } = judgeModels(job.gate, candidate, before);
  if (champion.kind !== 'foreign' || job.gate.length === 0) return { checks, passed };
  const { version, why } = champion;
  const foreign: CheckResult = {
    name: 'champion',
    passed: false,
    reason: `version ${version} cannot be compared with, promote by hand if the new model shall take over: ${why}`,
    numbers: { version },
  };
  return { passed: false, checks: [foreign, ...checks] };
}

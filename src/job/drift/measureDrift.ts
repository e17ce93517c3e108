import { openEngine } from '../../engine/openEngine.ts';
import { OptionError } from '../../errors.ts';
import { digits } from '../../format/figures.ts';
import { badRowMode } from '../../pipeline/badRows/badRowMode.ts';
import { gain } from '../checks/gain.ts';
import { notDefined } from '../checks/notDefined.ts';
import { countNewRows } from '../rows/countNewRows.ts';
import { dataRanges } from '../rows/dataRanges.ts';
import { jobColumns } from '../rows/jobColumns.ts';
import { rangeSource } from '../rows/rangeSource.ts';
import { type Champion, findChampion, withTypesOf } from '../scoring/findChampion.ts';
import { scoreModels } from '../scoring/scoreModels.ts';
import type { DriftOptions, DriftReport, DriftRequest, Job, TrainingMessage } from '../types.ts';
import { compareDistributions } from './compareDistributions.ts';
import { describeFeatures } from './describeFeatures.ts';
import { notedDistributions } from './describeTraining.ts';
import type { Distributions } from './distribution.ts';

export interface MeasureDriftOptions {
  readonly signal: AbortSignal;
  /** Takes notes and alerts. */
  readonly send: (message: TrainingMessage) => void;
}

/**
 * Holds the rows after the watermark against those that the champion was trained on, and what it scores on them against what it scored when
 * it was promoted. Fewer rows than a run needs say nothing.
 *
 * @throws OptionError where the job does not ask for it
 */
export async function measureDrift(
  job: Job,
  request: DriftRequest,
  { signal, send }: MeasureDriftOptions,
): Promise<DriftReport> {
  const { pipeline, drift, data } = job;
  const { by, minRows } = data;
  if (!drift || by === undefined) {
    throw new OptionError({ where: `job ${job.name}: drift`, expected: 'what moving means', received: `${drift}` });
  }
  const newRows = await countNewRows(job, request, signal);
  const nothing: DriftReport = { newRows, version: null, features: {}, metric: null, reasons: [] };
  if (newRows < Math.max(1, minRows)) return nothing;
  const alert = (text: string) => send({ kind: 'alert', text });
  const champion = await findChampion(request.champions, { pipeline, engine: openEngine(), alert });
  if (champion.kind !== 'found') {
    if (champion.kind === 'foreign') send({ kind: 'note', text: `drift is not measured: ${champion.why}` });
    return nothing;
  }

  const typed = withTypesOf(champion, job);
  const columns = await jobColumns(typed, signal);
  const range = { column: by, ...dataRanges(data, request).fresh };
  const reading = {
    source: rangeSource(typed.pipeline.source, { range, columns: columns.all, badRows: badRowMode(pipeline) }),
    columns: columns.all,
    signal,
  };
  const known = distributionsOf(champion, drift);
  if (!known) {
    send({
      kind: 'note',
      text: `version ${champion.version} knows nothing of its features' distributions: train anew`,
    });
  }
  const features = known ? await compareFeatures(known) : {};
  const metric = drift.metricFalls ? await scoreChampion(champion, drift.metricFalls.metric) : null;
  return { newRows, version: champion.version, features, metric, reasons: reasonsOf(drift, features, metric) };

  async function compareFeatures(were: Distributions): Promise<DriftReport['features']> {
    const are = await describeFeatures(pipeline, { ...reading, known: were });
    return Object.fromEntries(
      Object.entries(were).map(([name, was]) => [name, compareDistributions(was, are[name])] as const),
    );
  }

  async function scoreChampion({ model, version }: typeof champion & { kind: 'found' }, name: string) {
    const options = { ...reading, splits: [], isLabelled: true, slices: [] };
    const [scores] = await scoreModels([model], pipeline, options);
    const { rows, metrics } = scores;
    const isEnough = rows >= Math.max(1, minRows);
    const now = isEnough ? (metrics[name] ?? null) : null;
    const promoted = request.promoted?.metrics[name] ?? null;
    if (isEnough && now === null) send({ kind: 'note', text: notDefined(name, scores, 'new rows') });
    if (request.promoted && promoted === null) {
      send({ kind: 'note', text: `when version ${version} was promoted: ${notDefined(name, request.promoted)}` });
    }
    return { name, now, promoted };
  }
}

/** Those that are asked for; undefined where the model was trained without. */
function distributionsOf(
  { model }: Champion & { kind: 'found' },
  { psi, ks, features }: DriftOptions,
): Distributions | undefined {
  if (psi === undefined && ks === undefined) return {};
  const all = notedDistributions(model);
  return all && Object.fromEntries(Object.entries(all).filter(([name]) => features?.includes(name) ?? true));
}

function reasonsOf(
  { psi = Infinity, ks = Infinity, metricFalls }: DriftOptions,
  features: DriftReport['features'],
  metric: DriftReport['metric'],
): string[] {
  const moved = Object.entries(features).flatMap(([name, feature]) => [
    ...(feature.psi >= psi
      ? [`the population stability index of ${name} is ${digits(feature.psi, 6)}, at least ${psi}`]
      : []),
    ...(feature.ks !== undefined && feature.ks >= ks
      ? [`the Kolmogorov-Smirnov distance of ${name} is ${digits(feature.ks, 6)}, at least ${ks}`]
      : []),
  ]);
  if (!metricFalls || !metric || metric.now === null || metric.promoted === null) return moved;
  const { name, now, promoted } = metric;
  const fall = -gain(metricFalls.better, now, promoted);
  if (fall < metricFalls.by) return moved;
  const fell = `${name} on the new rows is ${digits(now, 6)}, ${digits(promoted, 6)} when it was promoted`;
  return [...moved, `${fell}: worse by ${digits(fall, 6)}, at least ${metricFalls.by}`];
}

import { openEngine } from '../../engine/openEngine.ts';
import { OptionError } from '../../errors.ts';
import { badRowMode } from '../../pipeline/badRows/badRowMode.ts';
import { gain } from '../gate/gain.ts';
import { shown } from '../gate/shown.ts';
import { countNewRows } from '../training/countNewRows.ts';
import { dataRanges } from '../training/dataRanges.ts';
import { type Champion, findChampion } from '../training/findChampion.ts';
import { jobColumns } from '../training/jobColumns.ts';
import { rangeSource } from '../training/rangeSource.ts';
import { scoreModels } from '../training/scoreModels.ts';
import type { TrainJobOptions } from '../training/trainJob.ts';
import type { DriftOptions, DriftReport, DriftRequest, Job } from '../types.ts';
import { compareDistributions } from './compareDistributions.ts';
import { describeFeatures } from './describeFeatures.ts';
import { notedDistributions } from './describeTraining.ts';
import type { Distributions } from './distribution.ts';

/**
 * Holds the rows after the watermark against those that the champion was trained on, and what it scores on them against what it scored when
 * it was promoted. Fewer rows than a run needs say nothing.
 *
 * @throws OptionError where the job does not ask for it
 */
export async function measureDrift(
  job: Job,
  request: DriftRequest,
  { signal, say }: TrainJobOptions,
): Promise<DriftReport> {
  const { pipeline, drift, data } = job;
  const { by, minRows } = data;
  if (!drift || by === undefined) {
    throw new OptionError({ where: `job ${job.name}: drift`, expected: 'what moving means', received: `${drift}` });
  }
  const newRows = await countNewRows(job, request, signal);
  const nothing: DriftReport = { newRows, version: null, features: {}, metric: null, reasons: [] };
  if (newRows < Math.max(1, minRows)) return nothing;
  const alert = (text: string) => say({ kind: 'alert', text });
  const champion = await findChampion(request.champions, { pipeline, engine: openEngine(), alert });
  if (champion.kind !== 'found') {
    if (champion.kind === 'foreign') say({ kind: 'note', text: `drift is not measured: ${champion.why}` });
    return nothing;
  }

  const columns = await jobColumns(job, signal);
  const range = { column: by, ...dataRanges(data, request).fresh };
  const reading = {
    source: rangeSource(pipeline.source, { range, columns: columns.all, badRows: badRowMode(pipeline) }),
    columns: columns.all,
    signal,
  };
  const known = distributionsOf(champion, drift);
  if (!known) {
    say({ kind: 'note', text: `version ${champion.version} knows nothing of its features' distributions: train anew` });
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

  async function scoreChampion({ model }: typeof champion & { kind: 'found' }, name: string) {
    const options = { ...reading, splitBy: undefined, isLabelled: true, slices: [] };
    const [{ rows, metrics }] = await scoreModels([model], pipeline, options);
    const now = rows < Math.max(1, minRows) ? null : (metrics[name] ?? null);
    return { name, now, promoted: request.promoted?.metrics[name] ?? null };
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
      ? [`the population stability index of ${name} is ${shown(feature.psi)}, at least ${psi}`]
      : []),
    ...(feature.ks !== undefined && feature.ks >= ks
      ? [`the Kolmogorov-Smirnov distance of ${name} is ${shown(feature.ks)}, at least ${ks}`]
      : []),
  ]);
  if (!metricFalls || !metric || metric.now === null || metric.promoted === null) return moved;
  const { name, now, promoted } = metric;
  const fall = -gain(name, now, promoted);
  if (fall < metricFalls.by) return moved;
  const fell = `${name} on the new rows is ${shown(now)}, ${shown(promoted)} when it was promoted`;
  return [...moved, `${fell}: worse by ${shown(fall)}, at least ${metricFalls.by}`];
}

import { type Markup, markup, nothing } from '../markup.ts';
import type { Curve, Curves } from '../readCurves.ts';
import { lineChart, type Series } from './lineChart.ts';

/** A run and what it reported, by the name that figures call it. */
export interface RunCurves {
  readonly name: string;
  readonly curves: Curves;
}

/** Metrics that get a figure, at the most. */
const MOST = 24;

/** How runs went, on the same axes: loss, metrics of the held-out rows beside the constant answer, learning rate, norm of the gradient. */
export function curveFigures(runs: readonly RunCurves[]): Markup {
  const one = runs.length === 1;
  const of = (title: string, key: 'loss' | 'learningRate' | 'gradientNorm', caption?: string) =>
    lineChart({
      title,
      x: 'step',
      series: runs.flatMap(({ name, curves }) => (curves[key] ? [seriesOf(one ? title : name, curves[key], one)] : [])),
      ...(caption && { caption }),
    });
  const metrics = [
    ...new Set(runs.flatMap(({ curves }) => curves.validations.flatMap((each) => Object.keys(each.metrics)))),
  ];
  const figures = [
    of('training loss', 'loss', one ? 'The band is from the least to the greatest between two points.' : undefined),
    ...metrics.slice(0, MOST).map((metric) => metricFigure(metric, runs)),
    of('learning rate', 'learningRate'),
    of('gradient norm', 'gradientNorm', 'Before anything was clipped.'),
  ];
  if (figures.every(({ html }) => html === ''))
    return markup`<p>No curves: the run has no <code>metrics.ndjson</code>. Add <code>ndjsonMetrics()</code> to the sinks of the pipeline.</p>`;
  return markup`<div class="figures">${figures}</div>`;
}

function seriesOf(name: string, { points }: Curve, withBand: boolean): Series {
  return {
    name,
    points: points.map(({ step, last }) => [step, last]),
    ...(withBand && { band: points.map(({ step, least, most }) => [step, least, most] as const) }),
  };
}

function metricFigure(metric: string, runs: readonly RunCurves[]): Markup {
  const [first] = runs;
  const scored = runs.flatMap(({ name, curves }): Series[] => {
    const points = thinned(curves.validations).flatMap(({ step, metrics }) =>
      metrics[metric] == null ? [] : [[step, metrics[metric]] as const],
    );
    return points.length > 0 ? [{ name: runs.length === 1 ? 'model' : name, points, dots: points.length <= 30 }] : [];
  });
  const constant = (first?.curves.validations ?? []).flatMap(({ step, baseline }) =>
    baseline[metric] == null ? [] : [[step, baseline[metric]] as const],
  );
  if (scored.length === 0) return nothing;
  const [begin, end] = [constant[0], constant.at(-1)];
  const line: Series[] =
    begin && end ? [{ name: 'constant answer', points: begin === end ? [begin] : [begin, end], dashed: true }] : [];
  return lineChart({ title: `validation ${metric}`, x: 'step', series: [...scored, ...line] });
}

/** The last of each part, where there are more than 300. */
function thinned<T>(all: readonly T[]): readonly T[] {
  if (all.length <= 300) return all;
  return Array.from({ length: 300 }, (_, i) => all[Math.ceil(((i + 1) * all.length) / 300) - 1]!);
}

import type { Explanation } from '../../explain/explainModel.ts';
import { count } from '../../format/figures.ts';
import { flat } from '../../format/flat.ts';
import { exactPercent } from '../../format/shares.ts';
import { gigabytes, megabytes } from '../../format/sizes.ts';
import { formatSeconds } from '../../format/times.ts';
import type { Json } from '../../json.ts';
import type { LayerDescription } from '../../network/planNetwork.ts';
import { beganOf } from '../listRuns.ts';
import { type Markup, markup, nothing } from '../markup.ts';
import type { Curves } from '../readCurves.ts';
import { reproduce } from '../reproduce.ts';
import type { RecordedRun } from '../types.ts';
import { curveFigures } from './curveFigures.ts';
import { explanationFigures } from './explanationFigures.ts';
import { htmlTable } from './htmlTable.ts';
import { networkPicture } from './networkPicture.ts';
import { shownFigure, shownSetting } from './shownFigure.ts';

/** What a report tells of one run. */
export interface ReportedRun {
  readonly run: RecordedRun;
  readonly curves: Curves;
  /** Undefined where the model cannot be opened. */
  readonly layers?: readonly LayerDescription[];
  readonly explanation?: Explanation;
  /** Which rows the explanation is of. */
  readonly explained?: string;
  /** What is not in the report, and why. */
  readonly notes: readonly string[];
}

/** Rows of a table of columns or settings at the most. */
const MOST = 200;

/** All sections of a report on one run. */
export function runSections(reported: ReportedRun): Markup {
  const { run, curves, layers, explanation, explained, notes } = reported;
  const { findings } = curves;
  return markup`${notes.map((note) => markup`<p class="note">${note}.</p>`)}
<section><h2>What was trained</h2>${whatTable(run)}${columnsTable(reported)}${layers ? networkPicture(layers) : nothing}</section>
<section><h2>How good it is</h2>${scoresTable(run, explanation)}${(run.summary?.warnings ?? []).map((warning) => markup`<p class="note">${warning}</p>`)}</section>
<section><h2>How it went</h2>${curveFigures([{ name: run.directory, curves }])}</section>
<section><h2>Health</h2>${
    findings.length === 0
      ? markup`<p>Nothing was found.</p>`
      : htmlTable(
          'Findings, with what to try',
          ['problem', 'step', 'what', 'what to try'],
          findings.slice(0, MOST).map(({ problem, step, message, advice }) => [problem, count(step), message, advice]),
          [2, 3],
        )
  }</section>
${explanation ? markup`<section><h2>A closer look</h2><p>${count(explanation.rows)} rows: ${explained ?? ''}.${explanation.leftOut > 0 ? ` ${count(explanation.leftOut)} were left out.` : ''}</p>${explanationFigures(explanation)}</section>` : nothing}
<section><h2>How to train it again</h2>${environment(run)}<details><summary>All settings</summary>${htmlTable('Settings, with all defaults filled in', ['setting', 'value'], settingsOf(run), [1])}</details></section>`;
}

function whatTable(run: RecordedRun): Markup {
  const { config, state, end, summary } = run;
  const target = config.pipeline.target as { readonly kind: string; readonly column: string };
  const held = summary ? `${count(summary.validationRows)} rows` : '';
  return htmlTable(
    'The run',
    [],
    [
      ['source', config.source.name],
      ['target', `${target.column} (${target.kind})`],
      ...(summary
        ? [
            [
              'trained on',
              `${summary.trainingRows === null ? 'a source whose end was not read' : `${count(summary.trainingRows)} rows`}, ${count(summary.rows)} in ${count(summary.steps)} steps and ${summary.epochs} whole epochs`,
            ],
            ['held out', `${held}: ${shownSetting(config.pipeline.split)}`],
          ]
        : []),
      ...(summary
        ? [
            ['replaced', `${count(summary.missing)} missing values, ${count(summary.unseen)} unknown categories`],
            ['left out', `${count(summary.badRows)} of ${count(summary.rowsRead)} rows that were read`],
          ]
        : []),
      ['began', beganOf(run)],
      ['state', end?.error ? `${state}: ${end.error.message}` : state],
      ...(end ? [['took', formatSeconds(end.seconds)]] : []),
    ],
    [1],
  );
}

function columnsTable({ explanation, run }: ReportedRun): Markup {
  const { features } = run.config.pipeline;
  if (!explanation) {
    const rows = Object.entries(features as Record<string, Json>).slice(0, MOST);
    return htmlTable(
      'Features',
      ['feature', 'how it goes in'],
      rows.map(([name, how]) => [name, shownSetting(how)]),
      [1],
    );
  }
  return htmlTable(
    'Columns that the model needs, and the share of rows that lack a value',
    ['column', 'kind', 'missing', 'how it goes in'],
    explanation.columns
      .slice(0, MOST)
      .map(({ name, kind, missing }) => [name, kind, exactPercent(missing), howOf(features, name)]),
    [1, 3],
  );
}

function howOf(features: Json | undefined, name: string): string {
  const own = features as Readonly<Record<string, Json>>;
  return Object.hasOwn(own, name) ? shownSetting(own[name]) : 'columns that are derived from it';
}

function scoresTable({ summary }: RecordedRun, explanation: Explanation | undefined): Markup {
  const { validation, baseline, constants, notDefined } = summary ?? {};
  const looked = new Map(explanation?.scores.map((score) => [score.name, score]));
  const names = [...new Set([...Object.keys(validation ?? {}), ...looked.keys()])];
  if (names.length === 0)
    return markup`<p>No rows were scored: hold some out with <code>split: { validation: 0.1 }</code>, or name other rows with <code>--source FILE</code>.</p>`;
  const value = (of: Readonly<Record<string, number>> | null | undefined, name: string) =>
    of && Object.hasOwn(of, name) && of[name] !== null ? shownFigure(of[name]!, 5) : '';
  const head = [
    'metric',
    'held out',
    ...(explanation ? ['rows below', '95 % interval'] : []),
    'constant',
    'the constant answer',
  ];
  const rows = names.map((name) => {
    const score = looked.get(name);
    const interval = score
      ? [
          shownFigure(score.value, 5),
          Number.isFinite(score.low) ? `${shownFigure(score.low, 4)} to ${shownFigure(score.high, 4)}` : '',
        ]
      : ['', ''];
    const constant = value(baseline, name) || (score?.baseline != null ? shownFigure(score.baseline, 5) : '');
    return [name, value(validation, name), ...(explanation ? interval : []), constant, constants?.[name] ?? ''];
  });
  const missing = Object.entries(notDefined ?? {}).map(([name, why]) => markup`<p>${name} is not defined: ${why}.</p>`);
  const of = summary?.validatedAt
    ? `${count(summary.validationRows)} held-out rows at epoch ${summary.validatedAt.epoch}, step ${count(summary.validatedAt.step)}`
    : 'no held-out rows';
  const drawn = explanation ? `; intervals by a bootstrap of ${count(explanation.rows)} rows` : '';
  return markup`${htmlTable(`Metrics of ${of}, beside the best constant answer${drawn}`, head, rows, [head.length - 1])}${missing}`;
}

function environment({ config, summary }: RecordedRun): Markup {
  const { engine, versions, machine } = config;
  const command = reproduce(config);
  return markup`${command ? markup`<pre><code>${command}</code></pre>` : markup`<p>A program has declared the pipeline: run that program again.</p>`}${htmlTable(
    'Environment',
    [],
    [
      ...Object.entries(versions),
      ['engine', `${engine.name}: ${engine.detail}`],
      [
        'machine',
        `${machine.processor}, ${machine.cores} cores, ${gigabytes(machine.memoryBytes)}, ${machine.platform}`,
      ],
      ...(summary
        ? [
            ['parameters', `${count(summary.parameters)}, sha256 ${summary.parametersSha256}`],
            ['rows a second', count(summary.rowsPerSecond)],
            ['peak memory', megabytes(summary.peakMemoryBytes)],
          ]
        : []),
    ],
    [1],
  )}`;
}

function settingsOf({ config }: RecordedRun): string[][] {
  return [...flat({ ...config.pipeline, source: config.source })]
    .slice(0, MOST)
    .map(([name, value]) => [name, shownSetting(value)]);
}

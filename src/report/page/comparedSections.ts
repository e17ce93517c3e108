import { count } from '../../format/figures.ts';
import type { Json } from '../../json.ts';
import { compareRuns, type Difference } from '../compareRuns.ts';
import { type Markup, markup } from '../markup.ts';
import { reproduce } from '../reproduce.ts';
import { curveFigures } from './curveFigures.ts';
import { htmlTable } from './htmlTable.ts';
import type { ReportedRun } from './runSections.ts';
import { shownFigure } from './shownFigure.ts';

/** A report on several runs: what differs, and their curves on the same axes. */
export function comparedSections(reported: readonly ReportedRun[]): Markup {
  const runs = reported.map(({ run }) => run);
  const { settings, results } = compareRuns(runs);
  const names = runs.map(({ directory }) => directory);
  const rows = (all: readonly Difference[]) =>
    all.slice(0, 100).map(({ name, values }) => [name, ...values.map(shown)]);
  return markup`<section><h2>What differs</h2>${settings.length === 0 ? markup`<p>No setting differs.</p>` : htmlTable('Settings that differ', ['setting', ...names], rows(settings))}</section>
<section><h2>What came of it</h2>${htmlTable('Results', ['result', ...names], rows(results))}</section>
<section><h2>How they went</h2>${curveFigures(reported.map(({ run, curves }) => ({ name: run.directory, curves })))}</section>
<section><h2>How to train them again</h2>${htmlTable(
    'Commands',
    ['run', 'state', 'command'],
    runs.map(({ directory, state, config }) => [
      directory,
      state,
      reproduce(config) ?? 'a program has declared the pipeline',
    ]),
    [1, 2],
  )}<p>A report on one run has its network, settings and a closer look: <code>millrace report RUN</code>.</p></section>`;
}

function shown(value: Json | undefined): string {
  if (value === undefined) return '-';
  if (typeof value === 'number') return Number.isInteger(value) ? count(value) : shownFigure(value, 5);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

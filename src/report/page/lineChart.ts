import { digits, shortNumber } from '../../format/figures.ts';
import { shortened } from '../../format/table.ts';
import { type Markup, markup, nothing } from '../markup.ts';

/** A line of a chart. */
export interface Series {
  readonly name: string;
  /** A line is broken where a number is not finite. */
  readonly points: readonly (readonly [x: number, y: number])[];
  /** From where to where the values went between two points. */
  readonly band?: readonly (readonly [x: number, least: number, most: number])[];
  /** For what is compared with: a constant answer, chance. */
  readonly dashed?: boolean;
  /** Shows each point, too. */
  readonly dots?: boolean;
}

export interface ChartOptions {
  readonly title: string;
  readonly x: string;
  readonly series: readonly Series[];
  /** The ends of both axes. @default those of the points */
  readonly square?: boolean;
  readonly caption?: string;
}

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [420, 240, 52, 12, 8, 34];

/** Lines over two axes as an SVG figure that needs no script; its text alternative has the ends of each line. */
export function lineChart({ title, x, series, square = false, caption }: ChartOptions): Markup {
  const drawn = series.filter(({ points }) => points.some(([, y]) => Number.isFinite(y)));
  if (drawn.length === 0) return nothing;
  const across = axisOf(square ? [0, 1] : drawn.flatMap(({ points }) => points.map(([at]) => at)), LEFT, WIDTH - RIGHT);
  const up = axisOf(square ? [0, 1] : drawn.flatMap(heights), HEIGHT - BOTTOM, TOP);
  const words = drawn.map(inWords).join('; ');
  return markup`<figure><figcaption><b>${title}</b>${caption ? ` ${caption}` : ''}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${`${title}. ${words}`}">
${up.ticks.map((tick) => markup`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${up.place(tick)}" y2="${up.place(tick)}"/><text x="${LEFT - 6}" y="${up.place(tick) + 4}" text-anchor="end">${shortTick(tick)}</text>`)}
${across.ticks.map((tick) => markup`<text x="${across.place(tick)}" y="${HEIGHT - BOTTOM + 16}" text-anchor="middle">${shortTick(tick)}</text>`)}
<line class="axis" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${HEIGHT - BOTTOM}" y2="${HEIGHT - BOTTOM}"/><text x="${WIDTH - RIGHT}" y="${HEIGHT - 3}" text-anchor="end">${x}</text>
${drawn.map((each, i) => lineOf(each, i, across.place, up.place))}</svg>
${drawn.length > 1 ? legend(drawn) : nothing}</figure>
`;
}

type Place = (value: number) => number;

function lineOf({ points, band = [], dashed, dots }: Series, number: number, across: Place, up: Place): Markup {
  const color = `c${number % 8}`;
  const finite = band.filter(([, least, most]) => Number.isFinite(least) && Number.isFinite(most));
  const edge = [
    ...finite.map(([x, , most]) => `${across(x)},${up(most)}`),
    ...finite.toReversed().map(([x, least]) => `${across(x)},${up(least)}`),
  ];
  let pen = 'M';
  const path = points.map(([x, y]) => {
    const step = Number.isFinite(y) ? `${pen}${across(x)} ${up(y)}` : '';
    pen = Number.isFinite(y) ? 'L' : 'M';
    return step;
  });
  const shown = dots || points.length === 1 ? points.filter(([, y]) => Number.isFinite(y)) : [];
  return markup`${edge.length > 0 ? markup`<polygon class="band ${color}" points="${edge.join(' ')}"/>` : nothing}<path class="line ${color}${dashed ? ' dashed' : ''}" d="${path.join('')}"/>${shown.map(([x, y]) => markup`<circle class="dot ${color}" cx="${across(x)}" cy="${up(y)}" r="3"/>`)}`;
}

function legend(series: readonly Series[]): Markup {
  return markup`<ul class="legend">${series.map(({ name, dashed }, i) => markup`<li><svg viewBox="0 0 22 8" aria-hidden="true"><path class="line c${i % 8}${dashed ? ' dashed' : ''}" d="M0 4L22 4"/></svg>${shortened(name, 60)}</li>`)}</ul>`;
}

function heights({ points, band = [] }: Series): number[] {
  return [...points.map(([, y]) => y), ...band.flatMap(([, least, most]) => [least, most])];
}

function inWords({ name, points }: Series): string {
  const finite = points.filter(([, y]) => Number.isFinite(y));
  const [[x0, y0], [x1, y1]] = [finite[0]!, finite.at(-1)!];
  const [from, to] = [digits(y0, 4), digits(y1, 4)];
  return from === to ? `${name}: ${to}` : `${name}: from ${from} at ${digits(x0, 4)} to ${to} at ${digits(x1, 4)}`;
}

/** An axis with ticks at 1, 2 or 5 times a power of ten. */
function axisOf(values: readonly number[], begin: number, end: number): { ticks: readonly number[]; place: Place } {
  const finite = values.filter(Number.isFinite);
  const [least, most] = finite.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [Infinity, -Infinity]);
  const room = most > least ? 0 : Math.abs(least) / 10 || 1;
  const [low, high] = [least - room, most + room];
  const rough = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((each) => each * power >= rough) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.max(0, Math.floor(high / step + 1e-9) - first + 1);
  return {
    ticks: Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(12))),
    place: (value) => Number((begin + ((value - low) / (high - low)) * (end - begin)).toFixed(1)),
  };
}

function shortTick(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e9) return value.toExponential(0).replace('e+', 'e');
  if (size >= 10_000) return shortNumber(value);
  return size > 0 && size < 1e-3 ? value.toExponential(0) : digits(value, 4);
}

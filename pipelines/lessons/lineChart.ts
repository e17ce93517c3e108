/** A curve of a chart. */
export interface Line {
  readonly label: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface LineChartOptions {
  readonly title: string;
  /** What the axes show, with their units. */
  readonly x: string;
  readonly y: string;
  readonly lines: readonly Line[];
  /**
   * Powers of ten at equal distances on the vertical axis; numbers that are not above zero are left out.
   * @default false
   */
  readonly logarithmic?: boolean;
}

const WIDTH = 720;
const HEIGHT = 400;
const LEFT = 70;
const RIGHT = 500;
const TOP = 40;
const BOTTOM = 345;
/** Told apart by people who do not see all colours (Okabe and Ito), and by their dashes. */
const colors = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'];
const dashes = ['', '7 3', '2 3', '9 3 2 3', '4 4', '1 2'];

/** Draws curves over one horizontal axis as an SVG file. */
export function lineChart({ title, x, y, lines, logarithmic = false }: LineChartOptions): string {
  const height = (value: number) => (logarithmic ? Math.log10(value) : value);
  const drawn = lines.map(({ label, points }) => ({
    label,
    points: points.filter(([, value]) => Number.isFinite(height(value))).map(([at, value]) => [at, height(value)]),
  }));
  const all = drawn.flatMap(({ points }) => points);
  const [left, right] = extent(all.map(([at]) => at));
  const [low, high] = extent(all.map(([, value]) => value));
  const toX = (at: number) => round(LEFT + ((at - left) / (right - left)) * (RIGHT - LEFT));
  const toY = (value: number) => round(BOTTOM - ((value - low) / (high - low)) * (BOTTOM - TOP));

  const across = ticks(left, right).map(
    (at) => `<text x="${toX(at)}" y="${BOTTOM + 18}" text-anchor="middle">${at}</text>`,
  );
  const up = ticks(low, high, logarithmic).map(
    (at) =>
      `<path d="M${LEFT} ${toY(at)}H${RIGHT}" stroke="#ddd"/><text x="${LEFT - 6}" y="${toY(at) + 4}" text-anchor="end">${logarithmic ? `1e${at}` : at}</text>`,
  );
  const curves = drawn.flatMap(({ label, points }, i) => {
    const color = colors[i % colors.length];
    const stroke = `stroke="${color}" stroke-width="2" stroke-dasharray="${dashes[i % dashes.length]}"`;
    const key = TOP + 14 + 17 * i;
    return [
      `<polyline fill="none" ${stroke} points="${points.map(([at, value]) => `${toX(at)},${toY(value)}`).join(' ')}"/>`,
      `<path d="M${RIGHT + 14} ${key - 4}h26" ${stroke}/><text x="${RIGHT + 46}" y="${key}">${escaped(label)}</text>`,
    ];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="white"/>`,
    `<text x="${WIDTH / 2}" y="22" text-anchor="middle" font-size="15">${escaped(title)}</text>`,
    ...up,
    ...across,
    `<path d="M${LEFT} ${TOP}V${BOTTOM}H${RIGHT}" fill="none" stroke="black"/>`,
    `<text x="${(LEFT + RIGHT) / 2}" y="${HEIGHT - 12}" text-anchor="middle">${escaped(x)}</text>`,
    `<text transform="translate(16 ${(TOP + BOTTOM) / 2}) rotate(-90)" text-anchor="middle">${escaped(y)}</text>`,
    ...curves,
    '</svg>',
    '',
  ].join('\n');
}

/** The smallest and the largest, a little apart where they are the same. */
function extent(values: readonly number[]): [number, number] {
  const low = values.reduce((least, value) => Math.min(least, value), Infinity);
  const high = values.reduce((most, value) => Math.max(most, value), -Infinity);
  return low < high ? [low, high] : [low - 0.5, high + 0.5];
}

/** About five round numbers from `low` to `high`. */
function ticks(low: number, high: number, whole = false): number[] {
  const raw = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 3, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= raw) ?? raw;
  const used = whole ? Math.max(1, Math.round(step)) : step;
  const first = Math.ceil(low / used);
  const count = Math.floor(high / used) - first + 1;
  return Array.from({ length: count }, (_, i) => Number(((first + i) * used).toPrecision(6)));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

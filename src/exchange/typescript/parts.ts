/* Over 250 lines: each entry is the text of one function, and they are of one kind. */

/** A function of the generated file, and those that it calls. */
interface Part {
  readonly text: string;
  readonly needs?: readonly PartName[];
}

const parts = {
  given: {
    text: `/** The value of a column; null where there is none, which is an error where nothing stands in for it. */
function given<T>(column: string, value: T | null | undefined, isRight: boolean, isNullable: boolean): T | null {
  if (value === null || value === undefined || Number.isNaN(value)) {
    if (isNullable) return null;
    throw new RangeError(\`\${column}: expected a value, got none, and nothing stands in for it\`);
  }
  if (!isRight) throw new TypeError(\`\${column}: a value of another kind, \${String(value)}\`);
  return value;
}`,
  },
  milliseconds: {
    text: `/** Milliseconds since 1970 UTC. */
function milliseconds(at: Date | number | null): number | null {
  return at === null ? null : Number(at);
}`,
  },
  scaled: {
    text: `/** In float32, as the network was trained. */
function scaled(column: string, value: number | boolean | null, shift: number, scale: number, fill: number | null, clip = (x: number) => x): number {
  if (value === null && fill === null) throw new RangeError(\`\${column}: expected a value, got none\`);
  const x = ((value === null ? (fill as number) : Number(value)) - shift) / scale;
  if (!(Math.abs(x) <= 3.4028234663852886e38)) throw new RangeError(\`\${column}: expected a number that float32 can hold, got \${String(value)}\`);
  return Math.fround(clip(x));
}`,
  },
  smoothClip: {
    text: `/** About x in the middle, and never beyond -3 or 3. */
function smoothClip(x: number): number {
  const near = Math.min(Math.max(x, -1e9), 1e9);
  return near / Math.sqrt(1 + (near / 3) ** 2);
}`,
  },
  inBins: {
    text: `/** Writes how far a number has come in each of its bins. */
function inBins(column: string, value: number | boolean | null, edges: Float64Array, fill: number | null, x: Float64Array, at: number): void {
  if (value === null && fill === null) throw new RangeError(\`\${column}: expected a value, got none\`);
  const number = value === null ? (fill as number) : Number(value);
  if (!Number.isFinite(number)) throw new RangeError(\`\${column}: expected a finite number, got \${String(value)}\`);
  for (let bin = 0; bin + 1 < edges.length; bin++) {
    const begin = edges[bin] as number;
    const come = (number - begin) / ((edges[bin + 1] as number) - begin);
    x[at + bin] = Math.fround(Math.min(Math.max(come, 0), 1));
  }
}`,
  },
  code: {
    text: `/** The number of a category; 0 for one that training has not seen. */
function code(column: string, value: string | number | boolean | null, values: ReadonlyMap<string | number | boolean, number>, missing: number): number {
  if (value === null) {
    if (missing >= 0) return missing;
    throw new RangeError(\`\${column}: expected a value, got none\`);
  }
  if (typeof value === 'number' && !(Math.abs(value) <= Number.MAX_SAFE_INTEGER)) {
    throw new RangeError(\`\${column}: expected an integer up to 2^53, to be told from its neighbour, got \${value}\`);
  }
  return values.get(value) ?? 0;
}`,
  },
  numbered: {
    text: `function numbered(values: readonly (string | number | boolean)[], first: number): ReadonlyMap<string | number | boolean, number> {
  return new Map(values.map((value, i) => [value, i + first]));
}`,
  },
  dense: {
    text: `/** z = x w + b */
function dense(x: Float64Array, w: ArrayLike<number>, b: ArrayLike<number> | null, units: number): Float64Array {
  const z = new Float64Array(units);
  for (let j = 0; j < units; j++) {
    let sum = b ? (b[j] as number) : 0;
    for (let p = 0; p < x.length; p++) sum += (x[p] as number) * (w[p * units + j] as number);
    z[j] = sum;
  }
  return z;
}`,
  },
  normalize: {
    text: `function normalize(x: Float64Array, mean: ArrayLike<number>, inverse: ArrayLike<number>, gamma: ArrayLike<number>, beta: ArrayLike<number>): Float64Array {
  return x.map((each, j) => (each - (mean[j] as number)) * (inverse[j] as number) * (gamma[j] as number) + (beta[j] as number));
}`,
  },
  batchNorm: {
    needs: ['normalize'],
    text: `function batchNorm(x: Float64Array, gamma: ArrayLike<number>, beta: ArrayLike<number>, mean: ArrayLike<number>, variance: ArrayLike<number>, epsilon: number): Float64Array {
  return normalize(x, mean, Float64Array.from(variance, (each) => 1 / Math.sqrt(each + epsilon)), gamma, beta);
}`,
  },
  layerNorm: {
    needs: ['normalize'],
    text: `function layerNorm(x: Float64Array, gamma: ArrayLike<number>, beta: ArrayLike<number>, epsilon: number): Float64Array {
  let mean = 0;
  for (const each of x) mean += each / x.length;
  let variance = 0;
  for (const each of x) variance += (each - mean) ** 2 / x.length;
  const all = (value: number) => new Float64Array(x.length).fill(value);
  return normalize(x, all(mean), all(1 / Math.sqrt(variance + epsilon)), gamma, beta);
}`,
  },
  prelu: {
    text: `function prelu(x: Float64Array, slopes: ArrayLike<number>): Float64Array {
  return x.map((z, j) => (z > 0 ? z : (slopes[slopes.length === 1 ? 0 : j] as number) * z));
}`,
  },
  add: {
    text: `function add(x: Float64Array, y: Float64Array): Float64Array {
  return x.map((each, j) => each + (y[j] as number));
}`,
  },
  sideBySide: {
    text: `function sideBySide(...ways: readonly Float64Array[]): Float64Array {
  return Float64Array.from(ways.flatMap((way) => [...way]));
}`,
  },
  sigmoid: { text: 'function sigmoid(z: number): number {\n  return 1 / (1 + Math.exp(-z));\n}' },
  relu: { text: 'function relu(z: number): number {\n  return Math.max(z, 0);\n}' },
  leakyRelu: { text: 'function leakyRelu(z: number, slope: number): number {\n  return z > 0 ? z : slope * z;\n}' },
  elu: { text: 'function elu(z: number, alpha: number): number {\n  return z > 0 ? z : alpha * Math.expm1(z);\n}' },
  selu: {
    text: 'function selu(z: number): number {\n  return 1.0507009873554805 * (z > 0 ? z : 1.6732632423543772 * Math.expm1(z));\n}',
  },
  silu: { needs: ['sigmoid'], text: 'function silu(z: number): number {\n  return z * sigmoid(z);\n}' },
  softplus: {
    text: 'function softplus(z: number): number {\n  return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));\n}',
  },
  softsign: { text: 'function softsign(z: number): number {\n  return z / (1 + Math.abs(z));\n}' },
  gelu: {
    needs: ['normalBelow'],
    text: 'function gelu(z: number): number {\n  return z * normalBelow(z);\n}',
  },
  geluTanh: {
    needs: ['sigmoid'],
    text: 'function geluTanh(z: number): number {\n  return z * sigmoid(2 * Math.sqrt(2 / Math.PI) * (z + 0.044715 * z ** 3));\n}',
  },
  normalBelow: {
    text: `/** The standard normal distribution. */
function normalBelow(z: number): number {
  const density = (z: number) => Math.exp(-z * z * 0.5) / Math.sqrt(2 * Math.PI);
  const size = Math.abs(z);
  if (size < 3) {
    let term = size;
    let sum = size;
    for (let k = 3; term > sum * 1e-17; k += 2) {
      term *= (size * size) / k;
      sum += term;
    }
    const half = density(size) * sum;
    return z < 0 ? 0.5 - half : 0.5 + half;
  }
  let fraction = size;
  for (let k = 100; k > 0; k--) fraction = size + k / fraction;
  const tail = density(size) / fraction;
  return z < 0 ? tail : 1 - tail;
}`,
  },
  logistic: {
    text: `/** 1 / (1 + exp(-z)), without overflow. */
function logistic(z: number): number {
  const e = Math.exp(-Math.abs(z));
  return (z >= 0 ? 1 : e) / (1 + e);
}`,
  },
  softmax: {
    text: `function softmax(z: Float64Array): Float64Array {
  const most = z.reduce((most, each) => Math.max(most, each));
  const powers = z.map((each) => Math.exp(each - most));
  const total = powers.reduce((sum, each) => sum + each, 0);
  return powers.map((each) => each / total);
}`,
  },
  logit: {
    text: `/** log(p / (1 - p)), of probabilities that are not 0 or 1. */
function logit(p: number): number {
  const least = Number.EPSILON / 2;
  const within = Math.min(1 - least, Math.max(least, p));
  return Math.log(within) - Math.log1p(-within);
}`,
  },
  curve: {
    text: `/** A function that is straight between its knots, and level beyond them. */
function curve(from: readonly number[], to: readonly number[], p: number): number {
  let [low, high] = [0, from.length - 1];
  if (!(p > (from[low] as number))) return to[low] as number;
  if (p >= (from[high] as number)) return to[high] as number;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((from[middle] as number) <= p) low = middle;
    else high = middle;
  }
  const [a, b, c, d] = [from[low], from[high], to[low], to[high]] as [number, number, number, number];
  return c + ((d - c) * (p - a)) / (b - a);
}`,
  },
  shares: {
    text: `/** Divided by their sum. */
function shares(p: Float64Array): Float64Array {
  const sum = p.reduce((sum, each) => sum + each, 0);
  return p.map((each) => (sum > 0 ? each / sum : 1 / p.length));
}`,
  },
  best: {
    text: `/** The number of the most probable class, the first of equals. */
function best(p: Float64Array): number {
  return p.reduce((at, each, c) => (each > (p[at] as number) ? c : at), 0);
}`,
  },
  bucket: {
    text: `/** How many edges are not above a number. */
function bucket(value: number | null, edges: readonly number[]): number | null {
  return value === null ? null : edges.filter((edge) => edge <= value).length;
}`,
  },
  orNull: {
    text: `function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}`,
  },
  hourOfDay: {
    text: `function hourOfDay(ms: number | null): number | null {
  return ms === null ? null : Math.floor((ms - 86_400_000 * Math.floor(ms / 86_400_000)) / 3_600_000);
}`,
  },
  dayOfWeek: {
    text: `/** From Monday = 0 on. */
function dayOfWeek(ms: number | null): number | null {
  if (ms === null) return null;
  const days = Math.floor(ms / 86_400_000) + 3;
  return days - 7 * Math.floor(days / 7);
}`,
  },
  dayOfYear: {
    text: `function dayOfYear(ms: number | null): number | null {
  if (ms === null) return null;
  const first = new Date(0).setUTCFullYear(new Date(ms).getUTCFullYear(), 0, 1);
  return Math.floor(ms / 86_400_000) - first / 86_400_000 + 1;
}`,
  },
} as const satisfies Readonly<Record<string, { readonly text: string; readonly needs?: readonly string[] }>>;

/** The functions that a generated file can have. */
export type PartName = keyof typeof parts;

/** Those that are called, with those that they call, each once, in the order of this file. */
export function partTexts(called: ReadonlySet<PartName>): readonly string[] {
  const needed = new Set<PartName>();
  const take = (name: PartName) => {
    needed.add(name);
    for (const each of (parts[name] as Part).needs ?? []) take(each);
  };
  for (const name of called) take(name);
  return (Object.keys(parts) as PartName[]).filter((name) => needed.has(name)).map((name) => parts[name].text);
}

import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { EpochEnd, Finding, Report, Validation } from '../train/types.ts';

/** What a series was between two steps: nothing that stands out is lost where many points become one. */
export interface CurvePoint {
  /** The last step of them. */
  readonly step: number;
  readonly least: number;
  readonly most: number;
  readonly last: number;
}

export interface Curve {
  readonly points: readonly CurvePoint[];
}

/** What `metrics.ndjson` tells of a run; a series is there where the run has reported it. */
export interface Curves {
  readonly loss?: Curve;
  readonly learningRate?: Curve;
  readonly gradientNorm?: Curve;
  readonly rowsPerSecond?: Curve;
  readonly validations: readonly Validation[];
  readonly epochs: readonly EpochEnd[];
  readonly findings: readonly Finding[];
  /** Lines that are no event: the last one, where the process died while it wrote. */
  readonly damaged: number;
}

const series = ['loss', 'learningRate', 'gradientNorm', 'rowsPerSecond'] as const;

/**
 * Reads the events of a run, a line at a time.
 *
 * @param most points of a series, at the most; where there are more reports, each point stands for as many as needed
 */
export async function readCurves(directory: string, most: number): Promise<Curves> {
  const found = Object.fromEntries(series.map((name) => [name, createCurve(most)]));
  const validations: Validation[] = [];
  const epochs: EpochEnd[] = [];
  const findings: Finding[] = [];
  let damaged = 0;
  const input = createReadStream(join(directory, 'metrics.ndjson'));
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      const event = parseEvent(line);
      if (!event) damaged++;
      else if (event.kind === 'validation') validations.push(event);
      else if (event.kind === 'epoch') epochs.push(event);
      else if (event.kind === 'finding') findings.push(event);
      else if (event.kind === 'report') for (const name of series) found[name]?.add(event.step, event[name]);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const curves = series.flatMap((name) => {
    const points = found[name]?.points() ?? [];
    return points.length > 0 ? [[name, { points }] as const] : [];
  });
  return { ...Object.fromEntries(curves), validations, epochs, findings, damaged };
}

function parseEvent(line: string): Report | Validation | EpochEnd | Finding | undefined {
  try {
    const event = JSON.parse(line);
    return typeof event === 'object' && event !== null && typeof event.step === 'number' ? event : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps at most `most` points: when there are twice as many, each two become one. */
function createCurve(most: number) {
  let points: CurvePoint[] = [];
  let [width, open] = [1, 0];
  return {
    add(step: number, value: number | null) {
      // NaN and infinities are null in JSON.
      const last = value ?? Number.NaN;
      const before = open > 0 ? points.pop() : undefined;
      points.push(
        before ? merge(before, { step, least: last, most: last, last }) : { step, least: last, most: last, last },
      );
      open = (open + 1) % width;
      if (open !== 0 || points.length < 2 * most) return;
      points = Array.from({ length: points.length / 2 }, (_, i) => merge(points[2 * i], points[2 * i + 1]));
      width *= 2;
    },
    points: () => points,
  };
}

function merge(a: CurvePoint, b: CurvePoint): CurvePoint {
  return { step: b.step, least: Math.min(a.least, b.least), most: Math.max(a.most, b.most), last: b.last };
}

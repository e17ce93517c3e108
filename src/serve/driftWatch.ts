import { compareDistributions } from '../job/drift/compareDistributions.ts';
import { countNumbers } from '../job/drift/countNumbers.ts';
import { type Distribution, type Distributions, mergeDistributions } from '../job/drift/distribution.ts';
import type { ModelRow } from '../model/encodeRow.ts';
import type { Category } from '../source/column/categoryTable.ts';
import type { LoadedModel } from './types.ts';

/** How far a feature of what was asked is from what the model was trained on. */
export interface FeatureDrift {
  readonly model: string;
  readonly feature: string;
  /** Rows that were looked at. */
  readonly rows: number;
  /** The population stability index, and of numbers the Kolmogorov-Smirnov distance. */
  readonly psi: number;
  readonly ks?: number;
}

/** Compares what is asked with what the models were trained on. */
export interface DriftWatch {
  /** Takes note of rows that were answered, of a sample where they are many. */
  add(name: string, loaded: LoadedModel, rows: readonly ModelRow[]): void;
  /** Of the last six hours, for each model whose file says how its features were distributed. */
  report(): readonly FeatureDrift[];
}

const PART_MS = 30 * 60_000;
const PARTS = 12;
/** Rows of a model that are looked at in a second. */
const MOST_A_SECOND = 1000;
/** Of fewer rows chance makes a distance. */
const LEAST_ROWS = 200;

/** @param now milliseconds since 1970 */
export function createDriftWatch(now: () => number = Date.now): DriftWatch {
  const watched = new Map<string, Watched>();
  return {
    add(name, loaded, rows) {
      let watch = watched.get(name);
      if (watch?.version !== loaded.version) {
        // What is compared with is another now.
        watch = { version: loaded.version, training: trainingOf(loaded), parts: [], second: 0, seen: 0 };
        watched.set(name, watch);
      }
      if (!watch.training) return;
      const at = now();
      const second = Math.floor(at / 1000);
      if (second !== watch.second) [watch.second, watch.seen] = [second, 0];
      const taken = rows.slice(0, MOST_A_SECOND - watch.seen);
      if (taken.length === 0) return;
      watch.seen += taken.length;
      const number = Math.floor(at / PART_MS);
      let part = watch.parts.at(-1);
      if (part?.number !== number) {
        part = { number, counts: countsOf(watch.training) };
        watch.parts = [...watch.parts.filter((each) => each.number > number - PARTS), part];
      }
      for (const row of taken) {
        const values = loaded.model.valuesOf(row);
        for (const [feature, counts] of part.counts) counts.add(values.get(feature) ?? null);
      }
    },
    report() {
      const least = Math.floor(now() / PART_MS) - PARTS;
      return [...watched].flatMap(([model, { training, parts }]) => {
        const recent = parts.filter(({ number }) => number > least).map(({ counts }) => finished(counts));
        if (!training || recent.length === 0) return [];
        const together = recent.reduce(mergeDistributions);
        return Object.entries(together).flatMap(([feature, is]) =>
          is.rows < LEAST_ROWS
            ? []
            : [{ model, feature, rows: is.rows, ...compareDistributions(training[feature]!, is) }],
        );
      });
    },
  };
}

interface Watched {
  readonly version: string;
  readonly training: Distributions | undefined;
  parts: readonly Part[];
  second: number;
  seen: number;
}

interface Part {
  /** Of the half hours since 1970. */
  readonly number: number;
  readonly counts: ReadonlyMap<string, Counts>;
}

interface Counts {
  add(value: unknown): void;
  finish(): Distribution;
}

function trainingOf({ model }: LoadedModel): Distributions | undefined {
  return model.notes.distributions as unknown as Distributions | undefined;
}

function countsOf(training: Distributions): ReadonlyMap<string, Counts> {
  return new Map(
    Object.entries(training).map(([feature, was]) => [
      feature,
      was.kind === 'numbers' ? numbersOf(was.cuts) : categoriesOf(was.values),
    ]),
  );
}

function finished(counts: ReadonlyMap<string, Counts>): Distributions {
  return Object.fromEntries([...counts].map(([feature, each]) => [feature, each.finish()]));
}

function numbersOf(cuts: readonly number[]): Counts {
  const { add, finish } = countNumbers(cuts);
  const one = new Float64Array(1);
  return {
    add(value) {
      one[0] = value === null ? Number.NaN : Number(value);
      add(one, 1);
    },
    finish,
  };
}

function categoriesOf(values: readonly Category[]): Counts {
  const counts = new Map(values.map((value): [unknown, number] => [value, 0]));
  let [rows, missing] = [0, 0];
  return {
    add(value) {
      rows++;
      if (value === null) missing++;
      else if (counts.has(value)) counts.set(value, counts.get(value)! + 1);
    },
    finish: () => ({
      kind: 'categories',
      rows,
      missing: missing / rows,
      values,
      shares: Array.from(counts.values(), (count) => count / rows),
    }),
  };
}

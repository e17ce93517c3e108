import { flat } from '../format/flat.ts';
import type { Json } from '../json.ts';
import type { RecordedRun } from './types.ts';

/** What differs between runs, each row with a value for each run. */
export interface Comparison {
  /** Settings by their path, `optimizer.options.learningRate`: only those that differ. */
  readonly settings: readonly Difference[];
  /** Metrics of the held-out rows, training loss and cost: all that any run has. */
  readonly results: readonly Difference[];
}

export interface Difference {
  readonly name: string;
  /** Of each run; undefined where it has none. */
  readonly values: readonly (Json | undefined)[];
}

/** Settings that differ, and results side by side. */
export function compareRuns(runs: readonly RecordedRun[]): Comparison {
  const settings = sideBySide(runs.map(settingsOf)).filter(({ values }) => new Set(values.map(asText)).size > 1);
  return { settings, results: sideBySide(runs.map(resultsOf)) };
}

function settingsOf({ config }: RecordedRun): ReadonlyMap<string, Json> {
  const { pipeline, source, engine, versions, machine } = config;
  const network = (pipeline.network as readonly Json[]).map(layerInWords).join(', ');
  return flat({ ...pipeline, network, source: source.name, engine: engine.name, versions, machine });
}

/** A layer in a line, since a layer more would shift the numbers of all behind it: `dense units=64 bias=true`. */
function layerInWords(layer: Json): string {
  const { kind, options } = layer as { readonly kind: string; readonly options?: { readonly [key: string]: Json } };
  return [kind, ...Object.entries(options ?? {}).map(([key, value]) => `${key}=${JSON.stringify(value)}`)].join(' ');
}

function resultsOf({ state, summary }: RecordedRun): ReadonlyMap<string, Json> {
  if (!summary) return new Map([['outcome', state]]);
  const { validation, loss, rows, steps, epochs, seconds, validationRows, peakMemoryBytes, parameters } = summary;
  return new Map<string, Json>([
    ['outcome', state],
    ...Object.entries(validation ?? {}),
    ...(validation ? ([['validationRows', validationRows]] as const) : []),
    ...(loss === null ? [] : ([['trainingLoss', loss]] as const)),
    ...Object.entries({ epochs, steps, rows, seconds, parameters, peakMemoryBytes }),
  ]);
}

function sideBySide(all: readonly ReadonlyMap<string, Json>[]): Difference[] {
  const names = [...new Set(all.flatMap((each) => [...each.keys()]))];
  return names.map((name) => ({ name, values: all.map((each) => each.get(name)) }));
}

function asText(value: Json | undefined): string {
  return value === undefined ? '' : JSON.stringify(value);
}

import { type Bound, bound } from '../options/bounds.ts';
import { shownValue } from '../options/shown.ts';
import type { Source } from './types.ts';

/** Something that rows can be read from. A sink opens, too, but has no columns. */
export const sourceBound: Bound<Source> = bound(
  'a source, as parquet(file) or memory(rows)',
  (value) => {
    const source = value as Partial<Source> | null | undefined;
    return typeof source?.open === 'function' && typeof source.schema === 'function';
  },
  (value) => {
    if (typeof value === 'string') return `Say how it is read, as csv(${shownValue(value)})`;
    if (Array.isArray(value)) return 'Several sources are one by concatSources(...), mix(...) or interleave(...)';
    const sink = value as { readonly name?: string; readonly onError?: string } | null | undefined;
    if (sink?.onError === undefined) return undefined;
    const reader = sink.name === 'ndjsonMetrics' ? '; what reads lines of JSON is jsonLines(file)' : '';
    return `${sink.name} is a sink: it belongs in sinks: [...]${reader}`;
  },
);

import test from 'ava';
import { definePipeline, log, ndjson } from '../../src/index.ts';
import small from './small.ts';

test('says which source reads what a sink writes that was given for a source', (t) => {
  for (const [source, message] of [
    [ndjson(), /source: expected a source, .*, got the sink ndjson\. It writes metrics; .* is jsonLines\(file\)\.$/],
    [log(), /source: expected a source, .*, got the sink log\.$/],
    ['rows.csv', /source: expected a source, .*, got string\.$/],
    [undefined, /source: expected a source, .*, got undefined\.$/],
  ] as const) {
    t.throws(() => definePipeline({ ...small, source: source as never }), { name: 'OptionError', message });
  }
});

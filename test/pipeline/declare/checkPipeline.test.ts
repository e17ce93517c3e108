import test from 'ava';
import { definePipeline, log, ndjsonMetrics } from '../../../src/index.ts';
import small from '../small.ts';

test('says which source reads what a sink writes that was given for a source', (t) => {
  for (const [source, message] of [
    [
      ndjsonMetrics(),
      /source: expected a source, .*, got an object named ndjsonMetrics\. ndjsonMetrics is a sink: .* is jsonLines\(file\)\.$/,
    ],
    [
      log(),
      /source: expected a source, .*, got an object named log\. log is a sink: it belongs in sinks: \[\.\.\.\]\.$/,
    ],
    ['rows.csv', /source: expected a source, .*, got 'rows\.csv'\. Say how it is read, as csv\('rows\.csv'\)\.$/],
    [undefined, /source: expected a source, .*, got nothing\.$/],
  ] as const) {
    t.throws(() => definePipeline({ ...small, source: source as never }), { name: 'OptionError', message });
  }
});

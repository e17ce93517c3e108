import test from 'ava';
import { createParquetWindow } from '../../../src/source/parquet/parquetWindow.ts';

test('the first window is one record batch, since nothing is known of the rows', (t) => {
  t.is(createParquetWindow(1000).rows(1e9), 1000);
});

test('a window decodes to as much as its row group takes encoded, or 32 MB, in whole record batches', (t) => {
  const window = createParquetWindow(1000);
  window.learn(1000, 8000);
  // 32 MB of 8 bytes a row.
  t.is(window.rows(10), 4_000_000);
  t.is(window.rows(80_000_000), 10_000_000);
  // Of 300 bytes: 106,666 rows.
  window.learn(1000, 300_000);
  t.is(window.rows(0), 106_000);
  // A record batch is more than that.
  window.learn(1000, 1e9);
  t.is(window.rows(0), 1000);
});

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { train } from 'millrace';
import price from '../pipelines/price.ts';

test('the price of a flat is told far better than by the mean of all prices', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'price-'));
  try {
    const { validation } = await train({ ...price, epochs: 20, sinks: [] }, { directory });
    assert.ok(validation !== null && validation.r2 > 0.8, JSON.stringify(validation));
  } finally {
    await rm(directory, { recursive: true });
  }
});

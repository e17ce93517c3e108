import test from 'ava';
import { openEngine } from '../../src/engine/openEngine.ts';
import { bitsOfLayers, bitsOfLosses, bitsOfStep, bitsOfUpdates } from './bitsOf.ts';

/** Written once by this test itself on x64 (AVX-512, Node 24): another machine or runtime has to give the same. */
const WRITTEN = '10be5e4efd7d475f83a7f1bfd6b77e442df93bef0de79b6efdb59332d57cd309';

test('wasm-strict gives the same bits on every machine', (t) => {
  t.is(bitsOfStep(openEngine('wasm-strict')), WRITTEN);
});

/** As above. */
const WRITTEN_LAYERS = '91a8724c4c9f0e11317123274c823f1bbc8abf157a194320ad2699556dba626c';

test('wasm-strict gives the same bits of activations, normalization and dropout on every machine', (t) => {
  t.is(bitsOfLayers(openEngine('wasm-strict')), WRITTEN_LAYERS);
});

/** As above, on x64 with AVX-512. */
const WRITTEN_UPDATES = '22ff5ddd7d5651b159f205d48d434a6cc0249fe84258d44aaf23e2e532226484';

test('wasm-strict gives the same bits of every update on every machine', (t) => {
  t.is(bitsOfUpdates(openEngine('wasm-strict')), WRITTEN_UPDATES);
});

/** As above, on x64 with AVX-512. */
const WRITTEN_LOSSES = '52335999d42c03cd008e5665acfe8001f5f5275c27b6e07b24f66e40a2d3a683';

test('wasm-strict gives the same bits of losses on every machine', (t) => {
  t.is(bitsOfLosses(openEngine('wasm-strict')), WRITTEN_LOSSES);
});

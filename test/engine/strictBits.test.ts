import test from 'ava';
import { openEngine } from '../../src/engine/openEngine.ts';
import { bitsOfLayers, bitsOfStep } from './bitsOf.ts';

/** Written once by this test itself on x64 (AMD EPYC, Node 24): another machine or runtime has to give the same. */
const WRITTEN = 'e8fce674e922abd4669c3c395f437178d49369072e8a2d3b1a7688f2125b5a61';

test('wasm-strict gives the same bits on every machine', (t) => {
  t.is(bitsOfStep(openEngine('wasm-strict')), WRITTEN);
});

/** As above. */
const WRITTEN_LAYERS = '91a8724c4c9f0e11317123274c823f1bbc8abf157a194320ad2699556dba626c';

test('wasm-strict gives the same bits of activations, normalization and dropout on every machine', (t) => {
  t.is(bitsOfLayers(openEngine('wasm-strict')), WRITTEN_LAYERS);
});

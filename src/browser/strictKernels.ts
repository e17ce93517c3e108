import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

/** The strict kernels, gzipped, in base64. In the bundle it is a constant. */
export const strictKernels: string = gzipSync(
  readFileSync(new URL('../engine/wasm/kernels-strict.wasm', import.meta.url)),
  { level: 9 },
).toString('base64');

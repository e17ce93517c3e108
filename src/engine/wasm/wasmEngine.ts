import type { Engine, EngineName, Kernels } from '../types.ts';
import { clearLanes } from './clearLanes.ts';
import { createHelpers, type Helpers } from './helpers.ts';
import type { KernelExports } from './kernelExports.ts';
import { libraryProduct, noLibrary, type ProductLibrary } from './productLibrary.ts';
import { productsOf } from './products.ts';
import { wasmElementwise } from './wasmElementwise.ts';
import { createWasmMemory, type WasmMemory } from './wasmMemory.ts';
import { type WasmBuild, wasmModule } from './wasmModule.ts';
import { wasmNormalization } from './wasmNormalization.ts';
import { wasmUpdates } from './wasmUpdates.ts';

/**
 * The float32 engine in WebAssembly; undefined where the runtime does not know the build's instructions.
 *
 * @param library makes large products, in the same memory
 */
export function wasmEngine(
  name: EngineName,
  build: WasmBuild,
  threads = 1,
  library?: ProductLibrary,
): Engine | undefined {
  const known = wasmModule(build);
  if (!known) return undefined;
  const { module, lanes } = known;
  const memory = createWasmMemory();
  const base = library?.addressOf(new Uint8Array(memory.memory.buffer)) ?? 0;
  const { exports } = new WebAssembly.Instance(module, {
    env: { memory: memory.memory, sgemm: library ? libraryProduct(library.sgemm, base) : noLibrary },
  });
  const compiled = exports as KernelExports;
  memory.take(compiled.heapBase());
  compiled.useWideTiles(lanes === 256);
  compiled.useSmallKernels(library?.smallKernels ?? false);
  const helpers = createHelpers(threads - 1, {
    module,
    memory,
    compiled,
    ...(library && { library: { path: library.path, module: library.module, base } }),
  });
  return {
    name,
    detail: `float32, SIMD ${build}, ${lanes}-bit lanes`,
    kernels: kernelsOf(compiled, memory, helpers, library),
    ...(lanes === 256 && { settle: clearLanes }),
    vector(length) {
      const { buffer, offset } = memory.take(length * 4);
      return new Float32Array(buffer, offset, length);
    },
    indices(length) {
      const { buffer, offset } = memory.take(length * 4);
      return new Int32Array(buffer, offset, length);
    },
    release: memory.release,
    room: () => memory.room() / 4,
  };
}

/** The kernels over arrays, from those over byte offsets. */
function kernelsOf(compiled: KernelExports, memory: WasmMemory, helpers: Helpers, library?: ProductLibrary): Kernels {
  const { offsetOf } = memory;
  return {
    ...productsOf(compiled, memory, helpers, library),
    columnSums(out, a, n, m) {
      compiled.columnSums(offsetOf(out), offsetOf(a), n, m);
    },
    ...wasmNormalization(compiled, memory),
    elementwise: wasmElementwise(compiled, memory),
    prelu(a, z, slope, n, m) {
      compiled.prelu(offsetOf(a), offsetOf(z), offsetOf(slope), n, m);
    },
    preluGradient(dz, dSlope, da, z, slope, n, m) {
      compiled.preluGradient(offsetOf(dz), offsetOf(dSlope), offsetOf(da), offsetOf(z), offsetOf(slope), n, m);
    },
    dropout(out, x, length, { low, high }, threshold, factor) {
      compiled.dropout(offsetOf(out), offsetOf(x), length, low, high, threshold, factor);
    },
    add(out, a, b, length) {
      compiled.add(offsetOf(out), offsetOf(a), offsetOf(b), length);
    },
    copyColumns(out, outStride, to, x, xStride, from, n, width) {
      compiled.copyColumns(offsetOf(out), outStride, to, offsetOf(x), xStride, from, n, width);
    },
    gatherRows(out, stride, at, table, indices, n, width) {
      compiled.gatherRows(offsetOf(out), stride, at, offsetOf(table), offsetOf(indices), n, width);
    },
    scatterAddRows(table, rows, stride, at, indices, n, width) {
      compiled.scatterAddRows(offsetOf(table), offsetOf(rows), stride, at, offsetOf(indices), n, width);
    },
    softmax(out, z, n, m) {
      compiled.softmax(offsetOf(out), offsetOf(z), n, m);
    },
    crossEntropy: (dz, z, y, n, m) => compiled.crossEntropy(offsetOf(dz), offsetOf(z), offsetOf(y), n, m),
    binaryCrossEntropy: (dz, z, y, length) =>
      compiled.binaryCrossEntropy(offsetOf(dz), offsetOf(z), offsetOf(y), length),
    sumOfSquares: (a, length) => compiled.sumOfSquares(offsetOf(a), length),
    scale(a, length, factor) {
      compiled.scale(offsetOf(a), length, factor);
    },
    fill(a, length, value) {
      compiled.fill(offsetOf(a), length, value);
    },
    clip(a, length, limit) {
      compiled.clip(offsetOf(a), length, limit);
    },
    update: wasmUpdates(compiled, memory),
  };
}

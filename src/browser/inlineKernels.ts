import type { wasmModule as nodeModule, WasmModule } from '../engine/wasm/wasmModule.ts';
import { strictKernels } from './strictKernels.ts';

let bytes: Uint8Array<ArrayBuffer> | undefined;
let compiled: WasmModule | undefined;

/** Unpacks the kernels, once; an engine can be opened afterwards. */
export async function unpackKernels(): Promise<void> {
  if (bytes) return;
  const packed = Uint8Array.from(atob(strictKernels), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  bytes = new Uint8Array(await new Response(stream).arrayBuffer());
}

/**
 * The strict kernels, from bytes that are part of the bundle; undefined where the runtime does not know their instructions.
 *
 * @throws CompileError where the page's policy allows no WebAssembly from bytes
 */
export const wasmModule: typeof nodeModule = () => {
  if (compiled) return compiled;
  if (!bytes || !WebAssembly.validate(bytes)) return undefined;
  compiled = { module: new WebAssembly.Module(bytes), lanes: 128 };
  return compiled;
};

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { limitMemory } from './limitMemory.ts';

const compiled = new Map<number, Promise<WebAssembly.Module>>();

/**
 * The decoder, compiled once for all threads of the process.
 *
 * @param memoryMB the most that an instance of it takes
 */
export function compileParquet(memoryMB = 2048): Promise<WebAssembly.Module> {
  const known = compiled.get(memoryMB) ?? compile(memoryMB);
  compiled.set(memoryMB, known);
  return known;
}

async function compile(memoryMB: number): Promise<WebAssembly.Module> {
  const path = createRequire(import.meta.url).resolve('parquet-wasm/esm/parquet_wasm_bg.wasm');
  return WebAssembly.compile(limitMemory(await readFile(path), memoryMB * 1e6));
}

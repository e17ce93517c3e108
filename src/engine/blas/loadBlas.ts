import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { MillraceError } from '../../errors.ts';
import type { BlasLibrary } from './blasLibrary.ts';
import type { Koffi, NativeLibrary } from './loadKoffi.ts';
import { productsAreRight } from './productsAreRight.ts';
import { openSgemm } from './sgemm.ts';
import { timesWasm } from './timesWasm.ts';

/**
 * By name, not by measurement: how a product is cut decides on its bits. OpenBLAS has such kernels from 0.3.17 on, for processors with AVX-512.
 */
const SMALL_KERNELS = /^OpenBLAS 0\.(3\.(1[7-9]|[2-9]\d)|[4-9]).* (SkylakeX|Cooperlake|SapphireRapids),/i;

/**
 * Of the speed of the wasm engine. Tuned libraries reach 0.9 to 2 times, on processors whose 512-bit units are 256 bits wide about as much; portable ones a
 * small part. Between them lies the bound, so that every process on a machine decides alike, and a run that is begun again has the same bits.
 */
const LEAST_SPEED = 0.5;

/**
 * Loads a BLAS, pins it to one thread and tries it.
 *
 * One thread: for another count it may cut products differently, and so change their bits. They are cut here.
 * @throws MillraceError where it cannot be loaded, lacks a function, gives wrong products or takes more than twice as long as the wasm engine
 */
export function loadBlas(koffi: Koffi, path: string): BlasLibrary {
  const where = `blas engine: ${path}`;
  const native = load(koffi, path, where);
  try {
    const name = identify(native, path);
    const library = {
      name,
      path,
      module: new URL(`./sgemm${extname(import.meta.url)}`, import.meta.url).href,
      smallKernels: SMALL_KERNELS.test(name),
      sgemm: openSgemm(native),
      addressOf: (array: Uint8Array) => Number(koffi.address(array)),
    };
    if (isForAnOlderProcessor(name)) {
      throw new MillraceError({
        where,
        expected: 'a library that knows this processor',
        received: `${name}, made for one without AVX`,
        hint: 'Set OPENBLAS_CORETYPE to SkylakeX (for AVX-512) or Haswell (for AVX2), or install a newer OpenBLAS',
      });
    }
    if (!productsAreRight(library)) throw new Error('its products are wrong');
    const speed = timesWasm(library);
    if (!(speed > LEAST_SPEED)) throw new Error('it takes more than twice as long as the wasm engine');
    return { ...library, speed };
  } catch (cause) {
    if (cause instanceof MillraceError) throw cause;
    throw new MillraceError({
      where,
      expected: 'a fast BLAS library with cblas_sgemm and 32-bit sizes',
      received: `one that does not work: ${(cause as Error).message}`,
      hint: 'Name another in MILLRACE_BLAS, or use the wasm engine',
      cause,
    });
  }
}

/** What is expected where there is nothing at a path, or nothing that the system can load. */
export const ANY_LIBRARY = 'a BLAS library';

function load(koffi: Koffi, path: string, where: string): NativeLibrary {
  try {
    return koffi.load(path);
  } catch (cause) {
    const received = `none that can be loaded: ${(cause as Error).message}`;
    throw new MillraceError({
      where,
      expected: ANY_LIBRARY,
      received,
      hint: 'Name another in MILLRACE_BLAS',
      cause,
    });
  }
}

/** What OpenBLAS calls processors of x64 without AVX, as which it also counts those that are newer than itself. */
const WITHOUT_AVX =
  /^OpenBLAS .* (Prescott|Core2|Penryn|Dunnington|Nehalem|Atom|Athlon|Opteron\w*|Barcelona|Nano|Bobcat|generic),/i;

/** By name, not by measurement: such a library takes about twice as long as the wasm engine, where a measurement would decide by chance. */
function isForAnOlderProcessor(name: string): boolean {
  return WITHOUT_AVX.test(name) && hasAvx2();
}

/** Whether the processor has AVX2, as far as the system tells. */
function hasAvx2(): boolean {
  try {
    return /^flags\b.*\bavx2\b/m.test(readFileSync('/proc/cpuinfo', 'utf8'));
  } catch {
    return false;
  }
}

/** Name and version, and one thread from now on; each kind has its own functions for both. */
function identify(native: NativeLibrary, path: string): string {
  const config = symbol(native, 'const char *openblas_get_config()');
  if (config) {
    const told = String(config());
    // Its functions bear the same names, but take sizes of 64 bits.
    if (/USE64BITINT/.test(told)) throw new Error('its sizes have 64 bits');
    const core = symbol(native, 'const char *openblas_get_corename()')?.();
    symbol(native, 'void openblas_set_num_threads(int)')?.(1);
    const version = /^OpenBLAS [\d.]+\w*/.exec(told)?.[0] ?? 'OpenBLAS';
    return `${version} ${core ?? 'of one core'}, 1 thread`;
  }
  const blis = symbol(native, 'const char *bli_info_get_version_str()');
  if (blis) {
    symbol(native, 'void bli_thread_set_num_threads(int64_t)')?.(1);
    return `BLIS ${blis()}, 1 thread`;
  }
  const mkl = symbol(native, 'void mkl_get_version_string(_Out_ uint8_t *, int)');
  if (mkl) {
    const text = new Uint8Array(200);
    mkl(text, text.length);
    symbol(native, 'void MKL_Set_Num_Threads(int)')?.(1);
    const version = /Version ([\d.]+)/.exec(new TextDecoder().decode(text))?.[1] ?? 'of unknown version';
    return `MKL ${version}, 1 thread`;
  }
  return path.includes('Accelerate') ? 'Accelerate' : `BLAS of ${path}`;
}

function symbol(native: NativeLibrary, prototype: string): ((...values: readonly unknown[]) => unknown) | undefined {
  try {
    return native.func(prototype);
  } catch {
    return undefined;
  }
}

import { createRequire } from 'node:module';
import { MillraceError } from '../../errors.ts';

/** The part of koffi that is used here. It is an optional package: its own types may not be there. */
export interface Koffi {
  load(path: string): NativeLibrary;
  /** Where an array lies in the process. */
  address(array: Uint8Array): bigint;
}

/** A shared library; `func` throws where it has no such symbol. */
export interface NativeLibrary {
  func(prototype: string): (...values: readonly unknown[]) => unknown;
}

/**
 * The foreign function interface, where it is installed and has a build for this platform.
 *
 * @throws MillraceError where it is not
 */
export function loadKoffi(): Koffi {
  try {
    // Required, not imported: engines are opened synchronously.
    return createRequire(import.meta.url)('koffi') as Koffi;
  } catch (cause) {
    throw new MillraceError({
      where: 'blas engine',
      expected: 'the optional package koffi',
      received: `none that works on ${process.platform} ${process.arch}`,
      hint: 'Install it with `npm install koffi`',
      cause,
    });
  }
}

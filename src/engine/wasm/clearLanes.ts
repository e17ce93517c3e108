import { isUtf8 } from 'node:buffer';

/** Longer than the vectors that the check takes it in. */
const text = Buffer.alloc(256, 'a');

/**
 * Clears the upper halves of the processor's 256-bit registers.
 *
 * The code that V8 makes leaves something in them, and while it is there, code for older processors, such as `Math.exp` of the runtime, takes
 * ten times as long on Intel: 128 rows of cross entropy 18.6 us instead of 1.9. No instruction of WebAssembly clears them, but each
 * function of the runtime that uses such registers does when it ends: this check takes 30 ns.
 */
export function clearLanes(): void {
  isUtf8(text);
}

/** The parts that threads share: of large products, of updates and of sums. How they are cut never changes a number. */
import { useEpilogue } from './epilogue';
import { squares } from './flat';
import { libraryPart } from './library';
import { productPart } from './matmul';
import { PARTIAL_SUMS } from './scratch';
import { argument, number, updateLength } from './task';
import { updatePart } from './updates';

/** Kinds of tasks: forms of product are below these, and updates, by their number, from the last on. */
export const LIBRARY: i32 = 4;
export const SQUARES: i32 = 8;
export const UPDATE: i32 = 16;

/** Does one part of the task that stands. */
export function doPart(part: usize): void {
  const kind = <i32>argument(0);
  const size = argument(1);
  const begin = part * size;
  if (kind === SQUARES) {
    store<f64>(PARTIAL_SUMS + (part << 3), squares(argument(2) + (begin << 2), min(size, argument(3) - begin)));
    return;
  }
  if (kind >= UPDATE) {
    updatePart(kind - UPDATE, begin, min(size, updateLength() - begin));
    return;
  }
  const out = argument(2);
  const a = argument(3);
  const b = argument(4);
  const n = argument(5);
  const k = argument(6);
  const m = argument(7);
  const bias = argument(8);
  useEpilogue(<i32>argument(11), out, argument(12), <f32>number(0));
  if (kind >= LIBRARY) {
    const across = argument(9);
    const columns = argument(10);
    const i = (part / across) * size;
    const j = (part % across) * columns;
    libraryPart(kind - LIBRARY, out, a, b, n, k, m, bias, i, min(i + size, n), j, min(j + columns, m));
    return;
  }
  if (argument(9)) productPart(kind, out, a, b, n, k, m, bias, begin, min(begin + size, n), 0, m);
  else productPart(kind, out, a, b, n, k, m, bias, 0, n, begin, min(begin + size, m));
}

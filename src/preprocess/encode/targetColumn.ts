import { type Category, categoryTableOf } from '../../source/column/categoryTable.ts';
import { viewNumbers } from '../../source/column/readNumbers.ts';
import { type FittedTarget, namedLabels } from '../fit/fitted.ts';
import { badLabel } from './badValues.ts';
import type { EncodeColumn } from './encodeColumn.ts';

const FLOAT32_MAX = 3.4028234663852886e38;

/** Writes the labels: the numbers of classes, 0 or 1, or a scaled number. */
export function targetColumn(target: FittedTarget, word: number): EncodeColumn {
  const labels = namedLabels(target);
  return labels ? classColumn(target, labels, word) : numberTarget(target, word);
}

/** @param values the labels, by number */
function classColumn({ kind, column, type }: FittedTarget, values: readonly Category[], word: number): EncodeColumn {
  const table = categoryTableOf(type, values);
  let ids = new Int32Array(0);
  return (data, { n, selected, refuse, floats, stride }) => {
    if (ids.length < n) ids = new Int32Array(n);
    table.read(data, selected, ids, false);
    return (begin, end) => {
      for (let i = begin; i < end; i++) {
        if (ids[i] < 0) refuse(badLabel({ kind, column, values }, data, selected ? selected[i] : i));
        floats[i * stride + word] = ids[i];
      }
    };
  };
}

function numberTarget(target: FittedTarget, word: number): EncodeColumn {
  const shift = target.kind === 'regression' ? target.mean : 0;
  const scale = target.kind === 'regression' ? target.deviation : 1;
  const isBinary = target.kind === 'binary';
  let scratch = new Float64Array(0);
  return (data, { selected, refuse, floats, stride }) => {
    if (scratch.length < data.length) scratch = new Float64Array(data.length);
    const numbers = viewNumbers(data, scratch);
    return (begin, end) => {
      for (let i = begin, at = begin * stride + word; i < end; i++, at += stride) {
        const row = selected ? selected[i] : i;
        const value = numbers[row];
        const y = (value - shift) / scale;
        const allowed = isBinary ? value === 0 || value === 1 : Math.abs(y) <= FLOAT32_MAX;
        if (!allowed) refuse(badLabel(target, data, row));
        floats[at] = y;
      }
    };
  };
}

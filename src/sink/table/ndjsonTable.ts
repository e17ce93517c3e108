import type { Schema } from 'apache-arrow';
import { columnTexts, type TextStyle } from './columnTexts.ts';
import type { TableEncoder } from './tableEncoder.ts';

const style: TextStyle = {
  none: 'null',
  notFinite: (value) => `"${value}"`,
  text: (value) => JSON.stringify(value),
  other: (value) => JSON.stringify(value),
};

/** An object a line. */
export function ndjsonTable({ fields }: Schema): TableEncoder {
  const keys = fields.map(({ name }, i) => `${i === 0 ? '{' : ','}${JSON.stringify(name)}:`);
  return {
    begin: () => '',
    encode(batch) {
      const columns = columnTexts(batch, style);
      let text = '';
      for (let row = 0; row < batch.numRows; row++) {
        for (let k = 0; k < keys.length; k++) text += keys[k] + columns[k](row);
        text += '}\n';
      }
      return text;
    },
    end: () => '',
  };
}

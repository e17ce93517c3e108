import type { Schema } from 'apache-arrow';
import { columnTexts, type TextStyle } from './columnTexts.ts';
import type { TableEncoder } from './tableEncoder.ts';

const style: TextStyle = {
  none: '',
  notFinite: String,
  text: quoted,
  other: (value) => quoted(JSON.stringify(value)),
};

/** As RFC 4180 has it: a header, nothing for a null, quotes around what would be taken for something else; lines end in a line feed. */
export function csvTable({ fields }: Schema): TableEncoder {
  return {
    begin: () => `${fields.map(({ name }) => quoted(name)).join(',')}\n`,
    encode(batch) {
      const [first, ...others] = columnTexts(batch, style);
      let text = '';
      for (let row = 0; row < batch.numRows; row++) {
        text += first(row);
        for (const column of others) text += `,${column(row)}`;
        text += '\n';
      }
      return text;
    },
    end: () => '',
  };
}

function quoted(text: string): string {
  return text === '' || /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
}

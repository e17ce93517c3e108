/** Words that mostly stand for no value, in small letters. */
const usualNulls = new Set(
  [
    'na',
    'n/a',
    'n.a.',
    '#n/a',
    '#na',
    '<na>',
    'nan',
    'nat',
    'null',
    '(null)',
    'nil',
    'none',
    '\\n',
    '-',
    '--',
    '?',
  ].concat(['.', '*', 'missing', 'undefined', 'unknown', '#div/0!', '#value!', '#ref!', '#num!', '#name?', '#null!']),
);

/** Why a text is no number, as far as it can be told: what is to be done depends on it. */
export type ValueCause =
  /** A word that mostly stands for no value. */
  | 'missing'
  | 'decimalComma'
  /** `1,234` where the comma is no decimal one. */
  | 'thousands'
  /** An integer with leading zeros, or a plus. */
  | 'code'
  /** An integer of more than 64 bits. */
  | 'long'
  /** A number with spaces around it. */
  | 'spaces'
  | 'other';

/** @param decimal the character between a number and its decimal places */
export function valueCause(text: string, decimal: string): ValueCause {
  const bare = text.trim();
  if (bare === '' || (bare.length < 12 && usualNulls.has(bare.toLowerCase()))) return 'missing';
  if (!/^[-+]?\.?\d/.test(bare.replace(/^([-+]?),/, '$1.'))) return 'other';
  if (/^[-+]?\d*,\d+(e[-+]?\d+)?$/i.test(bare) && decimal !== ',') {
    return /^[-+]?[1-9]\d{0,2},\d{3}$/.test(bare) ? 'thousands' : 'decimalComma';
  }
  if (/^[-+]?\d{1,3}([,.' ]\d{3})+([.,]\d+)?$/.test(bare)) return 'thousands';
  if (!/^[-+]?\d+([.,]\d*)?$/.test(bare)) return 'other';
  if (bare !== text) return 'spaces';
  if (/^[-+]?0\d/.test(bare) || /^\+\d+$/.test(bare)) return 'code';
  return /^-?\d+$/.test(bare) ? 'long' : 'other';
}

/** Whether it is a number in some way of writing. */
export function isLikeNumber(cause: ValueCause): boolean {
  return cause !== 'missing' && cause !== 'other';
}

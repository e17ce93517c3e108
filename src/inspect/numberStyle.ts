/** How numbers are written: which character stands before decimal places, which between thousands, and a sign of a unit around. */
export interface NumberStyle {
  readonly decimal: '.' | ',';
  readonly thousands: '' | ',' | '.' | ' ' | "'";
  /** `€`, `%`: dropped. */
  readonly unit: string;
}

export const plainStyle: NumberStyle = { decimal: '.', thousands: '', unit: '' };

const units = /^([€$£¥])\s?|\s?([€$£¥%])$/;

/** The style that all texts can be read in; undefined where they are no numbers. */
export function numberStyleOf(texts: readonly string[]): NumberStyle | undefined {
  const unit = texts.map((text) => units.exec(text)?.[0].trim() ?? '').find((each) => each !== '') ?? '';
  const styles: readonly NumberStyle[] = [
    { ...plainStyle, unit },
    // `1,234` alone is rather a thousand: only what cannot be that makes a comma a decimal one.
    { decimal: '.', thousands: ',', unit },
    { decimal: ',', thousands: '', unit },
    { decimal: ',', thousands: '.', unit },
    { decimal: '.', thousands: ' ', unit },
    { decimal: ',', thousands: ' ', unit },
    { decimal: '.', thousands: "'", unit },
  ];
  return styles.find((style) => texts.every((text) => readNumber(text, style) !== undefined));
}

/** A number as it is written in a style; undefined where it is none. */
export function readNumber(text: string, { decimal, thousands, unit }: NumberStyle): number | undefined {
  let bare = text.trim();
  if (unit !== '') bare = bare.replace(units, (found) => (found.trim() === unit ? '' : found)).trim();
  const point = decimal === ',' ? ',' : '\\.';
  const apart = thousands === '.' ? '\\.' : thousands;
  const whole = thousands === '' ? '\\d+' : `(?:\\d{1,3}(?:${apart}\\d{3})+|\\d+)`;
  if (!new RegExp(`^[-+]?(?:${whole}(?:${point}\\d*)?|${point}\\d+)(?:e[-+]?\\d+)?$`, 'i').test(bare)) return undefined;
  const written = (thousands === '' ? bare : bare.replaceAll(thousands, '')).replace(decimal, '.');
  const value = Number(written);
  return Number.isFinite(value) ? value : undefined;
}

/**
 * A share as a bar in a line of text, in eighths of a letter.
 *
 * @param share from 0 to 1; what is outside is cut
 * @param width in letters
 * @example bar(0.3, 5) //=> '█▌'
 */
export function bar(share: number, width: number): string {
  const eighths = Math.round(8 * width * Math.max(0, Math.min(1, share)));
  const part = ' ▏▎▍▌▋▊▉'[eighths % 8] ?? '';
  return `${'█'.repeat(Math.floor(eighths / 8))}${part}`.trimEnd();
}

/** Text that is HTML already: all other text is escaped where it goes into a page. */
export interface Markup {
  readonly html: string;
}

type Part = string | number | Markup | readonly Part[];

/**
 * HTML from a template. Every value is escaped unless it is markup itself, so that a name cannot end a tag or an attribute.
 *
 * @example markup`<p>${'a < b'}</p>`.html //=> '<p>a &lt; b</p>'
 */
export function markup(texts: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { html: texts.reduce((all, text, i) => `${all}${htmlOf(parts[i - 1] ?? '')}${text}`) };
}

/** No markup at all. */
export const nothing: Markup = { html: '' };

function htmlOf(part: Part): string {
  if (Array.isArray(part)) return part.map(htmlOf).join('');
  return typeof part === 'object' ? (part as Markup).html : escapeHtml(`${part}`);
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Controls that HTML forbids, and those that turn the direction of the text around them, are shown as �. */
function escapeHtml(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is replaced
  const shown = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g, '�');
  return shown.toWellFormed().replace(/[&<>"']/g, (letter) => entities[letter] ?? letter);
}

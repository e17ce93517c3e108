import { bound, text } from '../../options/bounds.ts';
import { checkOption, checkOptions } from '../../options/checkOptions.ts';
import type { Notifier } from '../types.ts';

/** The options of `webhook`. */
export interface WebhookOptions {
  /**
   * The key of the HMAC-SHA256 with which bodies are signed.
   * @default bodies are not signed
   */
  readonly secret?: string;
}

const urlBound = bound('a URL that begins with http: or https:', (value) => {
  const protocol = typeof value === 'string' ? URL.parse(value)?.protocol : undefined;
  return protocol === 'http:' || protocol === 'https:';
});

/**
 * Posts run events to a URL. Without a URL nothing is posted, so `webhook(process.env.HOOK_URL)` may stand in a file that also runs
 * where the variable is not set.
 *
 * @param url `http:` or `https:`
 * @throws OptionError where it is another, or the secret is empty
 * @example webhook('https://example.org/hook')?.kind //=> 'webhook'
 */
export function webhook(url: string | undefined, options: WebhookOptions = {}): Notifier | undefined {
  if (url === undefined || url === '') return undefined;
  checkOption('webhook: url', url, urlBound);
  checkOptions<WebhookOptions>('webhook', options, { secret: text('a secret, or none') });
  const { secret } = options;
  return { kind: 'webhook', url, ...(secret !== undefined && { secret }) };
}

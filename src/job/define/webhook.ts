import { OptionError } from '../../errors.ts';
import type { Notifier } from '../types.ts';

export interface WebhookOptions {
  /**
   * The key of the HMAC-SHA256 with which bodies are signed.
   * @default bodies are not signed
   */
  readonly secret?: string;
}

/**
 * Tells a URL of the runs. Without a URL nobody is told, so that `webhook(process.env.HOOK_URL)` can stand in a file that also runs where the
 * variable is not set.
 *
 * @param url `http:` or `https:`
 * @throws OptionError where it is another, or the secret is empty
 * @example webhook('https://example.org/hook')?.kind //=> 'webhook'
 */
export function webhook(url: string | undefined, { secret }: WebhookOptions = {}): Notifier | undefined {
  if (url === undefined || url === '') return undefined;
  const parsed = URL.parse(url);
  if (parsed?.protocol !== 'http:' && parsed?.protocol !== 'https:') {
    throw new OptionError({ where: 'webhook: url', expected: 'a URL that begins with http: or https:', received: url });
  }
  if (secret === '') {
    throw new OptionError({ where: 'webhook: secret', expected: 'a secret, or none', received: 'an empty one' });
  }
  return { kind: 'webhook', url, ...(secret !== undefined && { secret }) };
}

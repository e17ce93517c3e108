import { SourceError } from '../../errors.ts';

const meanings: Readonly<Record<number, readonly [received: string, hint: string]>> = {
  401: ['no authorization', "Give it, as http(url, { headers: { authorization: 'Bearer ...' } })"],
  403: ['no permission', 'Check the address and the authorization; an address that is signed may have expired'],
  404: ['no such file', 'Check the address'],
  410: ['no such file any more', 'Check the address'],
};

/** What it means that a server does not give a file. */
export function refused(where: string, status: number): SourceError {
  const [received, hint] = meanings[status] ?? ['a refusal', 'Check the address and what the server wants to be sent'];
  return new SourceError({
    where,
    expected: 'a file from the server',
    received: `${received} (status ${status})`,
    hint,
  });
}

import type { Arrival } from './arrivalJournal.ts';

/** What has become of a file that was read, and what is to be done where its rows come again. */
export interface ArrivalChange {
  readonly received: string;
  readonly hint: string;
  readonly isGone?: true;
}

const anew = 'or train anew, with another journal';

/** That of a file whose size tells it; undefined where it does not. */
export function sizeChange({ bytes }: Arrival, now: number | undefined, path: string): ArrivalChange | undefined {
  if (now === undefined) return { received: 'it is gone', hint: `Bring it back, ${anew}`, isGone: true };
  if (bytes === undefined || now === bytes) return undefined;
  if (now > bytes) {
    const received = `${now - bytes} bytes were added to its ${bytes}`;
    return { received, hint: `Cut it back (truncate -s ${bytes} ${path}), and write new rows to a new file` };
  }
  const received = `it has ${now} bytes now, and had ${bytes}`;
  return { received, hint: `Bring the former content back, ${anew}` };
}

export const otherContent: ArrivalChange = {
  received: 'its content is another one',
  hint: `Bring the former content back, ${anew}`,
};

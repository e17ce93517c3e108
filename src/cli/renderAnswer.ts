import type { Answer } from '../job/store/requestTable.ts';

/** Prints what a scheduler has answered. @returns the exit code */
export function renderAnswer(answer: Answer | null, asJson: boolean): number {
  const isRefused = answer?.kind === 'refused';
  if (asJson) console.log(JSON.stringify(answer));
  else if (isRefused) console.error(`millrace: ${answer.reason}`);
  else console.log(textOf(answer));
  return isRefused ? 1 : 0;
}

function textOf(answer: Exclude<Answer, { kind: 'refused' }> | null): string {
  if (answer === null) return 'no scheduler has answered yet: it will be done when one runs';
  if (answer.kind === 'backfill') {
    return `${answer.runs} runs, one after the other${answer.known > 0 ? `; ${answer.known} times had run, or are about to` : ''}`;
  }
  const { admitted } = answer;
  if (admitted.kind === 'run') {
    return `run ${admitted.id}${admitted.state === 'buffered' ? ', after the one that is not over' : ''}`;
  }
  return admitted.kind === 'skipped' ? `skipped: ${admitted.reason}` : 'that time is in the ledger already';
}

import type { ModelRow } from '../model/encodeRow.ts';
import type { Answered } from './serving.ts';
import type { ServedModel } from './types.ts';

interface Waiting {
  readonly row: ModelRow;
  readonly resolve: (answered: Answered) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Answers single rows of several requests together: those that have come in the same turn of the event loop, so that none waits for others that
 * may come. Where one of them is refused, each is answered alone.
 *
 * @param answer predicts for rows, at once
 */
export function createMicroBatches(
  answer: (served: ServedModel, rows: readonly ModelRow[]) => Answered,
): (served: ServedModel, row: ModelRow) => Promise<Answered> {
  const waiting = new Map<ServedModel, Waiting[]>();

  function answerAll(): void {
    const batches = [...waiting];
    waiting.clear();
    for (const [served, batch] of batches) {
      try {
        const { predictions, head } = answer(
          served,
          batch.map(({ row }) => row),
        );
        for (const [i, { resolve }] of batch.entries()) {
          const { version = head.version, ...prediction } = predictions[i]!;
          resolve({ predictions: [prediction], head: { ...head, version } });
        }
      } catch {
        for (const each of batch) answerAlone(served, each);
      }
    }
  }

  function answerAlone(served: ServedModel, { row, resolve, reject }: Waiting): void {
    try {
      resolve(answer(served, [row]));
    } catch (error) {
      reject(error);
    }
  }

  return (served, row) =>
    new Promise((resolve, reject) => {
      if (waiting.size === 0) setImmediate(answerAll);
      const batch = waiting.get(served);
      if (batch) batch.push({ row, resolve, reject });
      else waiting.set(served, [{ row, resolve, reject }]);
    });
}

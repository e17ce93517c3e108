import type { Loss } from '../../loss/loss.ts';
import type { Network } from '../../network/network.ts';
import type { RowLayout } from '../../preprocess/types.ts';
import type { Step } from '../types.ts';
import type { Diagnosis } from './diagnosis.ts';
import { createPace, type PaceState } from './pace.ts';
import { createRowWatch, type RowWatchState } from './rowWatch.ts';
import { createSymptoms, type SymptomsState } from './symptoms.ts';
import { weightedLayers } from './weightedLayers.ts';

export interface ExaminationOptions {
  readonly everySteps: number;
  readonly layout?: RowLayout;
  /** Whether the parameters were trained before the first step. */
  readonly trained: boolean;
}

/** What is remembered between examinations; plain JSON. */
export interface ExaminationState {
  readonly rows: RowWatchState;
  readonly pace: PaceState;
  readonly symptoms: SymptomsState;
}

/** Looks at a network from time to time. */
export interface Examination {
  /** Called before the next step, whichever it is. */
  begin(): void;
  /** Called after every step. Gives all that is wrong, causes first, when an examination is due, undefined when none is. */
  follow(step: Step): readonly Diagnosis[] | undefined;
  snapshot(): ExaminationState;
  restore(state: ExaminationState): void;
}

/** What goes wrong goes wrong soon: the first steps are all followed, and these examined. */
const EARLY = 100;
const EARLY_STEPS: ReadonlySet<number> = new Set([1, 2, 5, 10, 20, 50, EARLY]);
/** Between two examinations rows are looked at so often, and more often where it takes more steps to see so many rows. */
const LOOKS = 8;
const ROWS = 256;

export function createExamination(network: Network, loss: Loss, options: ExaminationOptions): Examination {
  const { everySteps, layout, trained } = options;
  const weighted = weightedLayers(network);
  const lookEvery = Math.max(1, Math.floor(everySteps / Math.max(LOOKS, Math.ceil(ROWS / network.batch))));
  const blockEvery = Math.max(1, Math.floor(everySteps / LOOKS));
  const isDue = (step: number) => EARLY_STEPS.has(step) || step % everySteps === 0;
  const rows = createRowWatch(network, loss, layout);
  const pace = createPace(network, loss, weighted);
  const symptoms = createSymptoms(network, weighted, trained);

  function examine(step: Step): readonly Diagnosis[] {
    const found = [...rows.examine(), ...symptoms.copies()];
    pace.measure(step);
    // What may follow from the rows, or from the learning rate, is not told before it would show whether it does.
    if (!rows.areKnown || !pace.isKnown) return found;
    const isFirst = symptoms.areNew && pace.isFresh;
    const wrong = symptoms.examine(step, isFirst);
    const fast = pace.tooFast(step, symptoms.acquired);
    const behind = isFirst || fast ? symptoms.weightsBehind(step, fast ? [...wrong, fast] : wrong) : undefined;
    for (const cause of [behind, fast]) if (cause) found.push(cause);
    return [...found, ...wrong, ...pace.tooSlow(step)];
  }

  return {
    begin() {
      pace.mark();
      symptoms.begin();
    },
    follow(step) {
      const { step: number } = step;
      const due = isDue(number);
      const isEarly = number <= EARLY;
      const looks = due || isEarly || number % lookEvery === 0;
      rows.follow(step, { isEarly, looks, begins: isEarly || number % blockEvery === 0 });
      if (looks) symptoms.look(step);
      pace.follow(step);
      const found = due ? examine(step) : undefined;
      if (isDue(number + 1)) pace.mark();
      return found;
    },
    snapshot: () => ({ rows: rows.snapshot(), pace: pace.snapshot(), symptoms: symptoms.snapshot() }),
    restore(state) {
      rows.restore(state.rows);
      pace.restore(state.pace);
      symptoms.restore(state.symptoms);
    },
  };
}

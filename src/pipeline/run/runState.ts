import type { Snapshot } from '../../checkpoint/types.ts';
import { plainState, type Saved } from '../../model/savedState.ts';
import type { Origin, Progress, SavedState } from '../../model/types.ts';
import type { AnswerRules } from '../../train/answers/answerRules.ts';
import { areChosen } from '../../train/answers/chooseAnswers.ts';
import { version } from '../../version.ts';
import { describePipeline } from '../declare/description.ts';
import { type Assembly, answersBefore } from './assemble.ts';

/** A copy of all that is needed to go on after the last step. Rows that it counts as written down are durable. */
export function snapshotRun(assembly: Assembly, progress: Progress, origin: Origin): Snapshot {
  const { pipeline, preprocessor, engine, training, reporter, health, counting, badRows } = assembly;
  badRows.writer?.sync();
  const { tensors, counters: trained } = training.snapshot();
  const state: SavedState = {
    ...origin,
    version,
    engine: engine.name,
    library: engine.library ?? null,
    pipeline: describePipeline(pipeline),
    preprocessor: preprocessor.state,
    progress: structuredClone(progress),
    ...trained,
    answers: answersOf(assembly, progress),
    reporter: reporter.snapshot(),
    health: health?.snapshot() ?? null,
    counters: counting.before(progress.position.cursor),
    badRowFile: pipeline.badRows === 'fail' ? null : pipeline.badRows.path,
  };
  return { tensors, state: plainState(state) };
}

/** Puts an assembly where the run of a snapshot stood. */
export function restoreRun(assembly: Assembly, { tensors, state }: Saved): Progress {
  const { progress, step, rows, plateau, stopping, restored, reporter, health, counters } = state;
  assembly.training.restore({ tensors, counters: { step, rows, plateau, stopping, restored } });
  assembly.reporter.restore(reporter);
  if (health) assembly.health?.restore(health);
  assembly.counting.restore(counters);
  return structuredClone(progress);
}

/** What held-out rows have chosen for the parameters that are in place. */
export function answersOf(
  { pipeline, training }: Pick<Assembly, 'pipeline' | 'training'>,
  { validation, best }: Progress,
): AnswerRules {
  const { step, restored } = training;
  const answers = (restored ? best : validation)?.answers;
  const plain = answersBefore(pipeline);
  if (!areChosen(pipeline)) return plain;
  if (!answers?.chosen) {
    const notes = ['nothing is chosen by held-out rows: none has been scored yet'];
    return { ...plain, chosen: { step, rows: 0, threshold: null, calibration: null, notes } };
  }
  const { chosen } = answers;
  if (restored || chosen.step === step) return answers;
  const note = `threshold and calibration were chosen at step ${chosen.step}, the parameters are of step ${step}`;
  return { ...answers, chosen: { ...chosen, notes: [...chosen.notes, note] } };
}

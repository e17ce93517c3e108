import test from 'ava';
import { binaryCrossEntropy } from '../../../src/index.ts';
import { answerChooser } from '../../../src/train/answers/chooseAnswers.ts';

const declared = { threshold: 'f1', calibrate: 'platt' } as const;
const logits = Float64Array.from({ length: 4000 }, (_, i) => 3 * Math.sin(i));
const right = logits.map((z, i) => Number(z + 2 * Math.cos(7 * i) > 1));

test('answers are the same however the rows are split', (t) => {
  const [whole, split] = [0, 1].map(() => answerChooser(binaryCrossEntropy(), declared, undefined));
  whole.add(logits, right, 4000, 1);
  for (const [from, to] of [
    [0, 1],
    [1, 700],
    [700, 4000],
  ]) {
    split.add(logits.subarray(from, to), right.subarray(from, to), to - from, 1);
  }
  t.deepEqual(split.result(9), whole.result(9));
  t.is(whole.result(9).chosen?.rows, 4000);
});

test('of more rows than are kept every second, fourth, eighth ... is taken', (t) => {
  const few = answerChooser(binaryCrossEntropy(), declared, undefined, 1000);
  few.add(logits, right, 4000, 1);
  const some = answerChooser(binaryCrossEntropy(), declared, undefined);
  const every = Array.from({ length: 1000 }, (_, i) => 4 * i);
  some.add(
    Float64Array.from(every, (i) => logits[i]),
    Float64Array.from(every, (i) => right[i]),
    1000,
    1,
  );
  t.deepEqual(few.result(1), some.result(1));
});

test('greater probabilities that come true less often are not recalibrated by a sigmoid, and that is said', (t) => {
  const chooser = answerChooser(binaryCrossEntropy(), declared, undefined);
  chooser.add(
    logits,
    right.map((one) => 1 - one),
    4000,
    1,
  );
  const { calibration, chosen } = chooser.result(1);
  t.is(calibration, null);
  t.deepEqual(chosen?.notes, ['probabilities are not recalibrated: greater ones came true less often']);
});

test('no rows, predictions that are not finite, and steps by few rows are told', (t) => {
  const notesOf = (z: Float64Array, calibrate: 'platt' | 'isotonic' = 'platt') => {
    const chooser = answerChooser(binaryCrossEntropy(), { threshold: 0.3, calibrate }, ['no', 'yes']);
    chooser.add(z, right, z.length, 1);
    const { threshold, chosen } = chooser.result(1);
    t.is(threshold, 0.3);
    return chosen!.notes.join();
  };
  t.regex(notesOf(new Float64Array(0)), /0 of 0 are of class no, at least 10 must be/);
  t.regex(notesOf(logits.slice(0, 100).fill(Number.NaN)), /not finite/);
  t.regex(notesOf(logits.slice(0, 999), 'isotonic'), /on 999 held-out rows follows their chance/);
  t.is(notesOf(logits.slice(0, 1000), 'isotonic'), '');
});

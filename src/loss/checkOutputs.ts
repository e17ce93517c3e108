import { ShapeError } from '../errors.ts';
import type { Loss } from './loss.ts';

/** What is known of the target. */
export interface ScoredTarget {
  readonly kind: Loss['task'];
  /** The names of the classes. */
  readonly classes?: readonly string[];
}

/**
 * Refuses a network whose last layer does not have the units that the loss scores, and a loss that is not for the target.
 *
 * @param outputs units of the last layer
 * @throws ShapeError where they do not fit
 */
export function checkOutputs(loss: Loss, outputs: number, target?: ScoredTarget): void {
  if (target && target.kind !== loss.task) {
    throw new ShapeError({
      where: loss.name,
      expected: `a ${phrases[loss.task]}`,
      received: `a ${phrases[target.kind]}`,
      hint: `Use ${fitting[target.kind]}, or declare the target as ${loss.task}`,
    });
  }
  const where = `${loss.name} after a network`;
  const received = `${outputs}`;
  if (loss.outputs !== undefined && loss.outputs !== outputs) {
    const expected = `${loss.outputs} output units, as its options have`;
    throw new ShapeError({ where, expected, received, hint: 'Give a class weight for each class' });
  }
  if (loss.task !== 'classes') {
    if (outputs === 1) return;
    throw new ShapeError({ where, expected: '1 output unit', received, hint: 'End the network with dense(1)' });
  }
  const classes = target?.classes?.length;
  if (classes === undefined ? outputs >= 2 : outputs === classes) return;
  throw new ShapeError({
    where,
    expected:
      classes === undefined
        ? 'an output unit for each class, at least 2'
        : `an output unit for each of ${classes} classes`,
    received,
    hint: `End the network with dense(${classes ?? 'number of classes'})`,
  });
}

const phrases = { binary: 'binary target', classes: 'target of classes', regression: 'regression target' } as const;
const fitting = {
  binary: 'binaryCrossEntropy()',
  classes: 'crossEntropy()',
  regression: 'meanSquaredError()',
} as const;

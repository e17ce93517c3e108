import { ResumeError } from '../errors.ts';
import { binaryCrossEntropy } from '../loss/binaryCrossEntropy.ts';
import { crossEntropy } from '../loss/crossEntropy.ts';
import { hinge } from '../loss/hinge.ts';
import { huber } from '../loss/huber.ts';
import type { Loss } from '../loss/loss.ts';
import { meanAbsoluteError } from '../loss/meanAbsoluteError.ts';
import { meanSquaredError } from '../loss/meanSquaredError.ts';
import { poisson } from '../loss/poisson.ts';
import { quantile } from '../loss/quantile.ts';
import { shownNames } from '../options/shown.ts';
import type { SavedMember } from './savedModel.ts';

/** Each loss of Millrace by its name. */
const makers: Readonly<Record<string, (options: never) => Loss>> = {
  binaryCrossEntropy,
  crossEntropy,
  hinge,
  huber,
  meanAbsoluteError,
  meanSquaredError,
  poisson,
  quantile,
};

/**
 * The loss that a checkpoint has as plain data: it says what an output stands for.
 *
 * @param where names the checkpoint
 * @param own the user's own loss
 * @throws ResumeError where it is not known
 */
export function restoreLoss(where: string, { name, options }: SavedMember, own?: Loss): Loss {
  if (own && own.name === name) return own;
  if (Object.hasOwn(makers, `${name}`)) return makers[`${name}`]((options ?? {}) as never);
  throw new ResumeError({
    where,
    expected: `a loss among ${shownNames(Object.keys(makers))}`,
    received: `${name}`,
    hint: 'Give it: loadModel(path, { loss })',
  });
}

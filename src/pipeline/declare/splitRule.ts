import type { SplitRule } from '../../batch/types.ts';
import type { Json } from '../../json.ts';
import type { ModelState } from '../../model/types.ts';
import { sourceColumns } from '../../preprocess/derive/sourceColumns.ts';
import { splitColumns } from '../../preprocess/derive/splitColumns.ts';
import type { Pipeline } from './pipeline.ts';

/** The rule that a pipeline declares, before anybody has looked for rows that repeat. */
export function declaredSplit({ split, derive, features, target }: Pipeline): SplitRule {
  const { validation, seed = 0, by } = split;
  return { validation, seed, by: by ?? splitColumns({ derive, features, target }) };
}

/** What a checkpoint has to say of the rows that its model was trained on. */
type Trained = Pick<ModelState, 'pipeline'> & Partial<Pick<ModelState, 'split' | 'splitsBefore'>>;

/**
 * The rule by which a run held rows out. A checkpoint of before rules were written down held them out by all columns that it read, the label's
 * among them, and by the run's seed.
 *
 * @param pipeline of the same model
 */
export function savedSplit({ split, pipeline: saved }: Trained, pipeline: Pipeline): SplitRule {
  if (split) return split;
  const { derive, features, target, weight } = pipeline;
  const { validation, by } = saved.split as unknown as Pipeline['split'];
  const read = [...Object.keys(features), target.column, ...(weight ? [weight] : [])];
  return { validation, seed: saved.seed as number, by: by ?? sourceColumns(derive, read) };
}

/** All rules by which the rows were held out that a model, and those whose parameters it began from, were trained on. */
export function splitsOf(state: Trained, pipeline: Pipeline): SplitRule[] {
  return distinctSplits([savedSplit(state, pipeline), ...(state.splitsBefore ?? [])]);
}

/** Each once, in their order. */
export function distinctSplits(rules: readonly SplitRule[]): SplitRule[] {
  return [...new Map(rules.map((rule) => [keyOf(rule), rule])).values()];
}

/** Whether two rules go by the same hash, so that the rows that one holds out are among those of the other, or all of them. */
function isSameHash(a: SplitRule, b: SplitRule): boolean {
  const key = (rule: SplitRule) => keyOf({ seed: rule.seed, by: rule.by, validation: 0 });
  return key(a) === key(b);
}

/**
 * The rule for a model that begins from another: as that held them out, where the pipeline asks for the same hash, so that what was
 * told apart stays so. Undefined where the pipeline asks for another.
 */
export function splitAfter(before: SplitRule, pipeline: Pipeline): SplitRule | undefined {
  const declared = declaredSplit(pipeline);
  if (!isSameHash(before, declared)) return undefined;
  return { ...declared, ...(before.repeats && { repeats: before.repeats }) };
}

/** The columns that a rule looks at. */
export function columnsOfSplit({ by, repeats }: SplitRule): readonly string[] {
  return repeats ? [...by, ...repeats.by] : by;
}

/** The order of columns changes nothing. */
function keyOf({ validation, seed, by, repeats }: SplitRule): string {
  const apart: Json = repeats ? { ...repeats, by: repeats.by.toSorted() } : null;
  return JSON.stringify([validation, seed, by.toSorted(), apart]);
}

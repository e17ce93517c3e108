import type { Schema } from 'apache-arrow';
import { DataError, OptionError } from '../../errors.ts';
import { columnName, type Fields, recordOf, required } from '../../options/bounds.ts';
import { checkOptions } from '../../options/checkOptions.ts';
import { shownName, shownNames } from '../../options/shown.ts';
import { columnData, findColumn } from '../../source/column/findColumn.ts';
import { failAt } from '../../source/column/rowError.ts';
import type { Batch } from '../../source/types.ts';
import { columnUse, targetUse } from '../declare/columnUses.ts';
import { type Feature, featureBound } from '../declare/feature.ts';
import { type Target, targetBound } from '../declare/target.ts';
import { createPreprocessor, type Preprocessor } from '../encode/preprocessor.ts';
import type { ColumnFit } from './columnFit.ts';
import { fitCategories } from './fitCategories.ts';
import { fitNumbers } from './fitNumbers.ts';
import { fitTarget } from './fitTarget.ts';
import type { FittedFeature, FittedTarget } from './fitted.ts';
import { fitVector } from './fitVector.ts';

export interface FitterOptions {
  /** By the name of the column, source or derived. */
  readonly features: Readonly<Record<string, Feature>>;
  readonly target: Target;
  /**
   * A column of numbers that says how much each row counts in the loss. It is not fitted.
   * @default none: all rows count alike
   */
  readonly weight?: string;
}

/** What each of them may be. */
export const fitterFields: Fields<FitterOptions> = {
  features: required(recordOf('features, by the names of their columns', featureBound)),
  target: required(targetBound),
  weight: columnName,
};

/** Learns statistics and vocabularies from a stream of record batches, in memory that does not grow with the rows. */
export interface Fitter {
  /** Takes in the selected rows. */
  add(batch: Batch): void;
  /** Freezes what was learned. */
  finish(): Preprocessor;
}

/**
 * Makes a fitter. Give it the training side only.
 *
 * @param schema the columns there are, derived ones among them: checked at once where given, else with the first record batch
 * @throws OptionError where there is no feature, or the target is a feature too
 * @throws SchemaError where a column is not there, or of a kind that its use does not take
 * @example
 * ```ts
 * const rows = memory([{ x: 1, y: 2 }, { x: 3, y: 4 }]);
 * const fitter = createFitter({ features: { x: numeric() }, target: regression('y') }, await rows.schema());
 * await createGate().open(rows).forEach((batch) => fitter.add(batch));
 * fitter.finish().layout.width; //=> 1
 * ```
 */
export function createFitter(options: FitterOptions, schema?: Schema): Fitter {
  checkOptions('createFitter', options, fitterFields);
  const { features, target, weight } = options;
  const names = Object.keys(features);
  if (names.length === 0) {
    throw new OptionError({ where: 'createFitter: features', expected: 'at least one feature', received: 'none' });
  }
  if (names.includes(target.column)) {
    throw new OptionError({
      where: 'createFitter: features',
      expected: `features other than the target ${shownName(target.column)}`,
      received: shownNames(names),
      hint: 'A network that sees its target learns nothing else',
    });
  }
  const featureFits = Object.entries(features).map(([name, feature]) => ({
    use: columnUse(feature.kind, name),
    fit: fitFeature(name, feature),
  }));
  const targetFit = { use: targetUse(target), fit: fitTarget(target) };
  const weightUses = weight === undefined ? [] : [{ use: columnUse('weight', weight) }];
  if (schema) for (const { use } of [...featureFits, targetFit, ...weightUses]) findColumn(schema, use);

  let rows = 0;
  let rowsBefore = 0;
  return {
    add(batch) {
      const { records, selected } = batch;
      const fail = failAt(batch, rowsBefore);
      rows += selected ? selected.length : records.numRows;
      for (const { use, fit } of [...featureFits, targetFit]) {
        const { index, kind } = findColumn(records.schema, use);
        fit.add(columnData(records, index), kind, selected, fail);
      }
      rowsBefore += records.numRows;
    },
    finish() {
      if (rows === 0) {
        throw new DataError({
          where: 'fitting the preprocessing',
          expected: 'at least one row on the training side',
          received: `none of ${rowsBefore} rows`,
          hint: 'Check that the source has rows, and that the split leaves some for training',
        });
      }
      return createPreprocessor({
        format: 1,
        features: featureFits.map(({ fit }): FittedFeature => fit.finish()),
        target: targetFit.fit.finish() satisfies FittedTarget,
        ...(weight !== undefined && { weight }),
      });
    },
  };
}

function fitFeature(name: string, feature: Feature): ColumnFit<FittedFeature> {
  if (feature.kind === 'numeric') return fitNumbers(name, feature);
  if (feature.kind === 'vector') return fitVector(name, feature);
  return fitCategories(name, feature);
}

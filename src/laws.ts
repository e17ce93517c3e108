/**
 * What must hold of members, yours as ours: lists of named checks that throw where something does not hold. They know no test runner; loop
 * over them with yours: `millrace/laws`.
 *
 *     for (const { name, run } of layerLaws('swish', () => swish())) test(name, run);
 *
 * @packageDocumentation
 */

export type { Law } from './laws/law.ts';

// In the order in which data passes through.

export { derivationLaws } from './laws/derivationLaws.ts';
export { gradientTransformLaws } from './laws/gradientTransformLaws.ts';
export { initializerLaws, type Promised } from './laws/initializerLaws.ts';
export { type LayerLawsOptions, layerLaws } from './laws/layerLaws.ts';
export { type LossUnderTest, lossLaws } from './laws/lossLaws.ts';
export { metricLaws, type ScoredRows } from './laws/metricLaws.ts';
export { optimizerLaws } from './laws/optimizerLaws.ts';
export { scheduleLaws } from './laws/scheduleLaws.ts';
export { type SinkUnderTest, sinkLaws } from './laws/sinkLaws.ts';
export { sourceLaws } from './laws/sourceLaws.ts';

// The operators of the chain.

export { type OperatorUnderTest, operatorLaws } from './laws/operatorLaws.ts';

// Scheduled retraining.

export { checkLaws } from './laws/checkLaws.ts';
export { jobScheduleLaws } from './laws/jobScheduleLaws.ts';

import type { Check, CheckResult, SlicedScores, Verdict } from '../types.ts';

/**
 * Holds a candidate against all that it must prove. It passes where every check does; one that throws is not passed.
 *
 * @param champion undefined where there is none yet
 */
export function judgeModels(
  checks: readonly Check[],
  candidate: SlicedScores,
  champion: SlicedScores | undefined,
): Verdict {
  const results = checks.map((check): CheckResult => {
    try {
      const { name, passed, reason, numbers } = check.judge(candidate, champion);
      return { name, passed: passed === true, reason, numbers };
    } catch (error) {
      return { name: check.name, passed: false, reason: `the check failed: ${error}`, numbers: {} };
    }
  });
  return { passed: results.every(({ passed }) => passed), checks: results };
}

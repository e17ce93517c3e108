import type { Summary } from '../pipeline/summary.ts';
import { spendingInWords } from '../sink/spendingInWords.ts';
import { count, decimal, megabytes, table } from './format.ts';
import { leftOut } from './leftOut.ts';
import { replaced } from './replaced.ts';

/** A summary for people: what was done, how good it is, where it lies, and what to do with it. */
export function renderSummary(
  summary: Summary,
  commands: { readonly resume: string; readonly evaluate: string },
): string {
  const { phases, validation, baseline, checkpoint } = summary;
  const lines = [
    `${summary.name}: ${summary.outcome}`,
    '',
    table([
      [
        'rows',
        `${count(summary.rows)} in ${count(summary.steps)} steps, ${summary.epochs} epoch${summary.epochs === 1 ? '' : 's'}`,
      ],
      [
        'seconds',
        `${summary.seconds.toFixed(2)} (fit ${phases.fit.toFixed(2)}, train ${phases.train.toFixed(2)}, validate ${phases.validate.toFixed(2)})`,
      ],
      ['rows a second', count(summary.rowsPerSecond)],
      ['bottleneck', `${summary.bottleneck}: ${spendingInWords(summary.spending) || 'nothing was done'}`],
      ['training loss', summary.loss === null ? 'no step was made' : decimal(summary.loss)],
      ['engine', summary.engine],
      ['parameters', `${count(summary.parameters)}, sha256 ${summary.parametersSha256.slice(0, 16)}`],
      ['peak memory', megabytes(summary.peakMemoryBytes)],
      ...(summary.missing + summary.unseen > 0 ? [['replaced', replaced(summary)]] : []),
      ...(summary.badRows > 0 ? [['left out', leftOut(summary)]] : []),
      ...Object.entries(summary.dropped).map(([sink, events]) => ['dropped', `${count(events)} events by ${sink}`]),
    ]),
  ];
  if (validation) {
    lines.push(
      '',
      table(
        [
          [`validation, ${count(summary.validationRows)} rows`, 'model', 'baseline'],
          ...Object.entries(validation).map(([name, value]) => [
            name,
            decimal(value),
            baseline && name in baseline ? decimal(baseline[name]) : '',
          ]),
        ],
        [1, 2],
      ),
    );
  }
  lines.push(
    '',
    table([
      ['written to', summary.directory],
      ['checkpoint', checkpoint ?? 'none: add checkpoint({ everySteps: 500 }) to the sinks'],
    ]),
  );
  if (checkpoint) lines.push('', `go on:     ${commands.resume}`, `evaluate:  ${commands.evaluate}`);
  return lines.join('\n');
}

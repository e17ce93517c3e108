import { OptionError } from '../../errors.ts';
import type { SavedMember } from '../../model/savedModel.ts';
import { binaryLabels, type FittedTarget } from '../../preprocess/fit/fitted.ts';
import type { Category } from '../../source/column/categoryTable.ts';
import type { Calibration } from '../../train/answers/calibration.ts';
import { calibrateInGraph } from './calibrationGraph.ts';
import type { Graph } from './graph.ts';
import { concat } from './graph.ts';
import type { ElementType, OnnxValue } from './types.ts';

/** What is known of the answers. */
export interface Answering {
  readonly where: string;
  readonly target: FittedTarget;
  readonly loss: SavedMember;
  readonly threshold: number;
  readonly calibration: Calibration | null;
  /** The names of the outputs: those of `outputNames`, or others where columns are called so. */
  readonly names: readonly string[];
  /** Bools `[n, 1]`: whether a row cannot be used; none where all can. */
  readonly refused: string | undefined;
}

/** The outputs of a graph, by the kind of the target. */
export function outputNames({ kind }: FittedTarget): readonly string[] {
  return kind === 'regression' ? ['predicted'] : ['label', 'probabilities'];
}

/** Beyond this, the rate of `poisson` does not grow. */
const MOST_POISSON = 60;

/**
 * Turns what the network gives into answers, in float64. Where a row cannot be used, numbers are NaN and labels are `''`, the least integer, or false.
 *
 * @param z `[n, outputs]`, float32
 * @throws OptionError where the loss is the user's own
 */
export function answerInGraph(graph: Graph, z: string, answering: Answering): OnnxValue[] {
  const { where, target, loss, calibration, names, refused, threshold } = answering;
  const output = graph.node('Cast', [z], { attributes: { to: { int: 11 } } });
  const poisoned = (value: string, name: string) =>
    refused
      ? graph.node('Where', [refused, graph.double(Number.NaN), value], { output: name })
      : graph.node('Identity', [value], { output: name });
  if (target.kind === 'regression') {
    const p = graph.node('Add', [
      graph.node('Mul', [meanOf(graph, where, loss, output), graph.double(target.deviation)]),
      graph.double(target.mean),
    ]);
    const [name] = names as [string];
    poisoned(p, name);
    return [{ name, type: 'double', shape: ['N', 1], about: `${target.column}, in its own unit` }];
  }
  const [label, probabilities] = names as [string, string];
  if (target.kind === 'binary') {
    checkLoss(where, loss, ['binaryCrossEntropy', 'hinge']);
    const plain = graph.node('Sigmoid', [output]);
    const p = calibration ? calibrateInGraph(graph, calibration, plain, 1) : plain;
    const isSecond = graph.node('GreaterOrEqual', [p, graph.double(threshold)]);
    const other = graph.node('Sub', [graph.double(1), p]);
    poisoned(concat(graph, [other, p]), probabilities);
    const code = graph.node('Cast', [isSecond], { attributes: { to: { int: 7 } } });
    return labelled(graph, code, binaryLabels(target), label, probabilities, target.column, refused);
  }
  checkLoss(where, loss, ['crossEntropy']);
  const plain = graph.node('Softmax', [output], { attributes: { axis: { int: 1 } } });
  const p = calibration ? calibrateInGraph(graph, calibration, plain, target.values.length) : plain;
  poisoned(p, probabilities);
  const code = graph.node('ArgMax', [p], { attributes: { axis: { int: 1 }, keepdims: { int: 1 } } });
  return labelled(graph, code, target.values, label, probabilities, target.column, refused);
}

function labelled(
  graph: Graph,
  code: string,
  values: readonly Category[],
  label: string,
  probabilities: string,
  column: string,
  refused: string | undefined,
): OnnxValue[] {
  const of = labelsOf(values);
  const none = () => graph.constant(BigInt64Array.of(BigInt(values.length)), [1, 1]);
  const place = refused ? graph.node('Where', [refused, none(), code]) : code;
  const flat = graph.node('Reshape', [place, graph.constant(BigInt64Array.of(-1n), [1])]);
  const table = graph.constant(of.data, [values.length + 1], 'labels');
  if (of.type === 'bool') {
    const found = graph.node('Gather', [table, flat]);
    graph.node('Cast', [found], { attributes: { to: { int: 9 } }, output: label });
  } else graph.node('Gather', [table, flat], { output: label });
  return [
    { name: label, type: of.type, shape: ['N'], about: `${column}, predicted` },
    { name: probabilities, type: 'double', shape: ['N', values.length], about: `of ${values.join(', ')}` },
  ];
}

/** The labels by their number, and one more for rows that cannot be used. */
function labelsOf(values: readonly Category[]): { type: ElementType; data: BigInt64Array | Float64Array | string[] } {
  if (values.every((value) => typeof value === 'string')) return { type: 'string', data: [...values, ''] };
  if (values.every((value) => typeof value === 'boolean')) {
    return { type: 'bool', data: BigInt64Array.from([...values, false], (value) => BigInt(value)) };
  }
  const numbers = values.map(Number);
  if (!numbers.every(Number.isInteger)) return { type: 'double', data: Float64Array.of(...numbers, Number.NaN) };
  return { type: 'int64', data: BigInt64Array.of(...numbers.map(BigInt), -(2n ** 63n)) };
}

function meanOf(graph: Graph, where: string, loss: SavedMember, output: string): string {
  if (loss.name === 'poisson') return graph.node('Exp', [graph.node('Min', [output, graph.double(MOST_POISSON)])]);
  checkLoss(where, loss, ['meanSquaredError', 'meanAbsoluteError', 'huber', 'quantile', 'poisson']);
  return output;
}

function checkLoss(where: string, { name }: SavedMember, known: readonly string[]): void {
  if (known.includes(`${name}`)) return;
  throw new OptionError({
    where: `${where}: loss ${name}`,
    expected: `a loss of Millrace, which says what an output stands for: ${known.join(', ')}`,
    received: 'one of your own',
  });
}

import type { Calibration, Curve } from '../../train/answers/calibration.ts';
import type { Graph } from './graph.ts';
import { concat } from './graph.ts';

/** Probabilities closer to 0 or 1 have no logit that says more. */
const least = Number.EPSILON / 2;

/**
 * Recalibrates probabilities as `recalibrate` does, in float64.
 *
 * @param p `[n, outputs]`
 */
export function calibrateInGraph(graph: Graph, calibration: Calibration, p: string, outputs: number): string {
  const changed = change(graph, calibration, p, outputs);
  if (outputs === 1) return changed;
  const axis = graph.constant(BigInt64Array.of(1n), [1]);
  const sum = graph.node('ReduceSum', [changed, axis], { attributes: { keepdims: { int: 1 } } });
  const isPositive = graph.node('Greater', [sum, graph.double(0)]);
  return graph.node('Where', [isPositive, graph.node('Div', [changed, sum]), graph.double(1 / outputs)]);
}

function change(graph: Graph, calibration: Calibration, p: string, outputs: number): string {
  const row = (numbers: readonly number[]) => graph.constant(Float64Array.from(numbers), [1, numbers.length]);
  if (calibration.method === 'platt') {
    const { slopes, intercepts } = calibration;
    const scaled = graph.node('Mul', [logit(graph, p), row(slopes)]);
    return graph.node('Sigmoid', [graph.node('Add', [scaled, row(intercepts)])]);
  }
  if (calibration.method === 'isotonic') {
    const parts = calibration.curves.map((curve, c) => {
      if (outputs === 1) return curveInGraph(graph, curve, p);
      const column = graph.constant(BigInt64Array.of(BigInt(c)), [1]);
      const own = graph.node('Gather', [p, column], { attributes: { axis: { int: 1 } } });
      return curveInGraph(graph, curve, own);
    });
    return concat(graph, parts);
  }
  const { temperature } = calibration;
  if (outputs > 1) return graph.node('Pow', [p, graph.double(1 / temperature)]);
  return graph.node('Sigmoid', [graph.node('Div', [logit(graph, p), graph.double(temperature)])]);
}

function logit(graph: Graph, p: string): string {
  const bounded = graph.node('Max', [graph.node('Min', [p, graph.double(1 - least)]), graph.double(least)]);
  const rest = graph.node('Sub', [graph.double(1), bounded]);
  return graph.node('Sub', [graph.node('Log', [bounded]), graph.node('Log', [rest])]);
}

/** @param p `[n, 1]` */
function curveInGraph(graph: Graph, { from, to }: Curve, p: string): string {
  const last = from.length - 1;
  const knots = (numbers: readonly number[], name: string) =>
    graph.constant(Float64Array.from(numbers), [numbers.length], name);
  const end = graph.double(to[last]);
  if (last === 0) return graph.node('Add', [graph.node('Mul', [p, graph.double(0)]), end]);
  const [froms, tos] = [knots(from, 'from'), knots(to, 'to')];
  const axis = graph.constant(BigInt64Array.of(1n), [1]);
  const before = graph.node('Cast', [graph.node('LessOrEqual', [froms, p])], { attributes: { to: { int: 7 } } });
  const count = graph.node('ReduceSum', [before, axis], { attributes: { keepdims: { int: 1 } } });
  const integer = (value: number) => graph.constant(BigInt64Array.of(BigInt(value)), [1, 1]);
  const low = graph.node('Min', [
    graph.node('Max', [graph.node('Sub', [count, integer(1)]), integer(0)]),
    integer(last - 1),
  ]);
  const high = graph.node('Add', [low, integer(1)]);
  const [fromLow, fromHigh] = [graph.node('Gather', [froms, low]), graph.node('Gather', [froms, high])];
  const [toLow, toHigh] = [graph.node('Gather', [tos, low]), graph.node('Gather', [tos, high])];
  const rise = graph.node('Mul', [graph.node('Sub', [toHigh, toLow]), graph.node('Sub', [p, fromLow])]);
  const between = graph.node('Add', [toLow, graph.node('Div', [rise, graph.node('Sub', [fromHigh, fromLow])])]);
  const isBelow = graph.node('LessOrEqual', [p, graph.double(from[0])]);
  const isAbove = graph.node('GreaterOrEqual', [p, graph.double(from[last])]);
  return graph.node('Where', [isBelow, graph.double(to[0]), graph.node('Where', [isAbove, end, between])]);
}

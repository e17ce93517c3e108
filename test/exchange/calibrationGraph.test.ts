import test from 'ava';
import { calibrateInGraph } from '../../src/exchange/onnx/calibrationGraph.ts';
import { encodeOnnx } from '../../src/exchange/onnx/encodeOnnx.ts';
import { createGraph } from '../../src/exchange/onnx/graph.ts';
import { type Calibration, recalibrate } from '../../src/train/answers/calibration.ts';
import { runOnnx } from './runOnnx.ts';

/** Steps, a slope, and two knots at one place. */
const curve = { from: [0.1, 0.25, 0.25, 0.6, 0.9], to: [0.02, 0.2, 0.3, 0.3, 1] };
const level = { from: [0.4], to: [0.7] };
const zero = { from: [0.2, 0.8], to: [0, 0] };

const calibrations: readonly { readonly calibration: Calibration; readonly outputs: number }[] = [
  { calibration: { method: 'temperature', temperature: 2.5 }, outputs: 1 },
  { calibration: { method: 'temperature', temperature: 0.4 }, outputs: 3 },
  { calibration: { method: 'platt', slopes: [1.3], intercepts: [-0.2] }, outputs: 1 },
  { calibration: { method: 'platt', slopes: [1.3, 0.2, 4], intercepts: [-0.2, 0, 1] }, outputs: 3 },
  { calibration: { method: 'isotonic', curves: [curve] }, outputs: 1 },
  { calibration: { method: 'isotonic', curves: [level] }, outputs: 1 },
  { calibration: { method: 'isotonic', curves: [curve, level, zero] }, outputs: 3 },
  { calibration: { method: 'isotonic', curves: [{ from: [0.25, 0.25, 0.6], to: [0.1, 0.2, 0.3] }] }, outputs: 1 },
  // Where all are zero, all are as probable.
  { calibration: { method: 'isotonic', curves: [zero, zero, zero] }, outputs: 3 },
];

for (const { calibration, outputs } of calibrations) {
  test(`${JSON.stringify(calibration)}, of ${outputs} outputs, is the same as a graph`, async (t) => {
    const shares = [0, 1, 1e-300, 1 - 1e-16, 0.1, 0.25, 0.6, 0.9, ...Array.from({ length: 101 }, (_, i) => i / 100)];
    const rows = shares.map((share) => (outputs === 1 ? [share] : [share, (1 - share) * 0.3, (1 - share) * 0.7]));
    const graph = createGraph(['q']);
    const input = { name: 'p', type: 'double', shape: ['N', outputs] } as const;
    const changed = calibrateInGraph(graph, calibration, graph.input(input), outputs);
    graph.node('Identity', [changed], { output: 'q' });
    const output = { name: 'q', type: 'double', shape: ['N', outputs] } as const;
    const bytes = encodeOnnx({
      name: 'calibration',
      opsets: { '': 17 },
      nodes: graph.nodes,
      tensors: graph.tensors,
      inputs: graph.inputs,
      outputs: [output],
      metadata: {},
    });
    const { q } = await runOnnx({ bytes, inputs: graph.inputs }, { p: rows });
    const expected = Float64Array.from(rows.flat());
    recalibrate(calibration, expected, rows.length, outputs);
    for (const [i, value] of expected.entries())
      t.true(Math.abs(Number(q![i]) - value) < 1e-12, `${rows.flat()[i]}: ${q![i]}, ${value}`);
  });
}

import type { Tensor } from '../../checkpoint/types.ts';
import { savedDerivation } from '../../model/restoreDerivation.ts';
import type { SavedModel } from '../../model/savedModel.ts';
import type { ModelColumn } from '../../model/schema.ts';
import { modelColumns } from '../../model/schema.ts';
import { neededDerivations, sourceColumns } from '../../preprocess/derive/sourceColumns.ts';
import type { Fitted } from '../../preprocess/fit/fitted.ts';
import { networkOf, type TrainedNetwork } from '../trainedNetwork.ts';
import { answerInGraph, outputNames } from './answerGraph.ts';
import { deriveInGraph } from './derivationGraph.ts';
import type { InputPart } from './graph.ts';
import { createGraph, type Graph } from './graph.ts';
import { layersInGraph } from './layerGraph.ts';
import { arrange, encodeColumns } from './preprocessGraph.ts';
import type { OnnxFile, OnnxValue } from './types.ts';

/** What goes into an exported model: the columns of the source, the features after derivation, or what the network sees. */
export type ExportFrom = 'columns' | 'features' | 'encoded';

/** The operators that are used are those of these versions: ONNX 1.12 knows them. */
const opsets = { '': 17, 'ai.onnx.ml': 3 };

/** Texts are put together by an operator that came later: ONNX 1.15 knows it. */
const OPSET_OF_TEXTS = 20;

/**
 * The graph of a model: from its columns to its answers.
 *
 * @throws OptionError where a derivation, a layer or the loss is a function of the user's
 */
export function onnxOf(where: string, saved: SavedModel, from: ExportFrom, threshold?: number): OnnxFile {
  const fitted = saved.preprocessor.state as unknown as Fitted;
  const { layout } = saved.preprocessor;
  const features = fitted.features.map(({ name }) => name);
  const all = saved.derive.map(savedDerivation);
  const derivations = from === 'columns' ? neededDerivations(all, features) : [];
  const sources = from === 'columns' ? sourceColumns(all, features) : features;
  const columns = modelColumns(fitted, derivations, sources, saved.types);
  const inputNames =
    from === 'encoded'
      ? ['x', ...layout.fields.filter(({ kind }) => kind === 'embedding').map(({ name }) => name)]
      : sources;
  const names = outputNames(fitted.target).map((name) => (inputNames.includes(name) ? `${name}_output` : name));
  const graph = createGraph(names);

  const parts: InputPart[] = [];
  let codes: ReadonlyMap<string, string>;
  let refused: string | undefined;
  if (from === 'encoded') {
    const embeddings = layout.fields.filter((field) => field.kind === 'embedding');
    const width = layout.width - embeddings.reduce((sum, field) => sum + field.width, 0);
    if (width > 0) {
      const about = 'the columns of numbers and one-hots, as the network sees them';
      const x = graph.input({ name: 'x', type: 'float', shape: ['N', width], about });
      parts.push({ value: x, columns: Array.from({ length: width }, (_, i) => i) });
    }
    codes = new Map(
      embeddings.map(({ name, size }) => {
        const about = `the code of ${name}, from 0 to ${size - 1}`;
        return [name, graph.input({ name, type: 'int64', shape: ['N', 1], about })];
      }),
    );
  } else {
    const nullTexts = new Map(
      columns
        .filter(({ kind }) => kind === 'string')
        .map(({ name, values = [] }) => {
          const compared = derivations.filter((each) => each.columns.includes(name)).map(({ saved }) => saved.value);
          return [name, nullTextBeside([...values, ...compared])];
        }),
    );
    const values = new Map(
      columns.map((column) => [column.name, graph.input(inputOf(column, nullTexts.get(column.name)))]),
    );
    for (const derivation of derivations) {
      const derived = deriveInGraph(graph, where, derivation, values, nullTexts);
      for (const [i, name] of derivation.names.entries()) {
        values.set(name, derived.values[i]);
        if (derived.nullText !== undefined) nullTexts.set(name, derived.nullText);
      }
    }
    const encoded = encodeColumns(graph, fitted, layout, values, nullTexts);
    parts.push(...encoded.parts);
    codes = encoded.codes;
    refused = encoded.refused.reduce<string | undefined>(
      (any, each) => (any === undefined ? each : graph.node('Or', [any, each])),
      undefined,
    );
  }

  const network = networkOf(where, saved);
  for (const field of layout.fields) {
    if (field.kind !== 'embedding') continue;
    const { name, column, width } = field;
    parts.push({
      value: embed(graph, name, codes.get(name) as string, network.tensor(`${name}.embedding.w`)),
      columns: Array.from({ length: width }, (_, i) => column + i),
    });
  }
  const x = arrange(graph, parts);
  const z = layersInGraph(graph, network, x);
  const answering = {
    where,
    target: fitted.target,
    loss: saved.loss,
    threshold: threshold ?? saved.answers.threshold ?? 0.5,
    calibration: saved.answers.calibration,
    names,
    refused,
  };
  const outputs = answerInGraph(graph.within('answer'), z, answering);
  const { nodes, tensors } = used(graph, names);
  return {
    name: saved.name,
    opsets: {
      '': nodes.some(({ op }) => op === 'StringConcat') ? OPSET_OF_TEXTS : opsets[''],
      ...(nodes.some(({ domain }) => domain === 'ai.onnx.ml') && { 'ai.onnx.ml': opsets['ai.onnx.ml'] }),
    },
    nodes,
    tensors,
    inputs: graph.inputs,
    outputs,
    metadata: { 'millrace.model': saved.name, 'millrace.hash': saved.hash, 'millrace.step': `${saved.step}` },
  };
}

/**
 * The graph of a network alone: rows of numbers go in, what its last layer gives comes out.
 *
 * @throws OptionError where a layer is the user's own
 */
export function onnxOfNetwork(network: TrainedNetwork, inputs: number, outputs: number): OnnxFile {
  const graph = createGraph(['y']);
  const x = graph.input({ name: 'x', type: 'float', shape: ['N', inputs] });
  graph.node('Identity', [layersInGraph(graph, network, x)], { output: 'y' });
  return {
    name: 'network',
    opsets: { '': opsets[''] },
    nodes: graph.nodes,
    tensors: graph.tensors,
    inputs: graph.inputs,
    outputs: [{ name: 'y', type: 'float', shape: ['N', outputs] }],
    metadata: {},
  };
}

/** What the outputs are made of: of a derivation that adds two columns, one may be read by nobody. */
function used({ nodes, tensors }: Graph, outputs: readonly string[]): Pick<OnnxFile, 'nodes' | 'tensors'> {
  const read = new Set(outputs);
  const kept = nodes.toReversed().filter((node) => {
    if (!node.outputs.some((name) => read.has(name))) return false;
    for (const name of node.inputs) read.add(name);
    return true;
  });
  return { nodes: kept.reverse(), tensors: tensors.filter(({ name }) => read.has(name)) };
}

/** A row of a table for each code, `[n, width]`. */
function embed(graph: Graph, name: string, code: string, { shape, data }: Tensor): string {
  const within = graph.within(`${name}.embedding`);
  const flat = within.node('Reshape', [code, graph.constant(BigInt64Array.of(-1n), [1])]);
  return within.node('Gather', [within.constant(Float32Array.from(data), shape, 'w'), flat]);
}

/** The text that stands for null, in a column of texts: the empty one, where that means nothing else. */
function nullTextBeside(texts: readonly unknown[]): string {
  return ['', 'null', '<null>', '<null value>'].find((text) => !texts.includes(text)) as string;
}

function inputOf({ name, kind, size = 1, nullable }: ModelColumn, nullText: string | undefined): OnnxValue {
  const words = { number: 'a number', boolean: '0 or 1', timestamp: 'milliseconds since 1970 UTC', list: 'numbers' };
  const what = kind === 'string' || kind === 'any' ? 'a text' : words[kind];
  const none = kind === 'string' ? JSON.stringify(nullText) : 'NaN';
  return {
    name,
    type: kind === 'string' ? 'string' : 'double',
    shape: ['N', size],
    about: nullable ? `${what}; ${none} where there is none` : what,
  };
}

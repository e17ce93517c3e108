import { randomSequence } from '../engine/random.ts';
import type { Engine, Vector } from '../engine/types.ts';
import { ShapeError } from '../errors.ts';
import { integer, made, required } from '../options/bounds.ts';
import { checkOptions } from '../options/checkOptions.ts';
import { checkRoom } from './checkRoom.ts';
import type { Layer } from './layer.ts';
import { type LayerDescription, type PlanOptions, planFields, planNetwork } from './planNetwork.ts';
import { buildInTurn } from './sequence.ts';
import type { Mode, NetworkInput, ParameterPlace } from './types.ts';

/** Layers put together: all parameters in one flat vector, all memory taken. */
export interface Network {
  readonly engine: Engine;
  /** The most rows a batch can have. */
  readonly batch: number;
  /** Columns of x. */
  readonly inputs: number;
  /** Units of the last layer. */
  readonly outputs: number;
  /** Embeddings first, then the layers in their order. */
  readonly layers: readonly LayerDescription[];
  /** The layers as they were declared. */
  readonly declared: readonly Layer[];
  /** Where each parameter lies in `parameters`, and its gradient in `gradient`. */
  readonly places: readonly ParameterPlace[];
  readonly parameters: Vector;
  readonly gradient: Vector;
  /** What the layers keep without learning it by gradients, running means for one; flat, and part of a checkpoint. */
  readonly buffers: Vector;
  /** Where each buffer lies in `buffers`. */
  readonly bufferPlaces: readonly ParameterPlace[];
  /** Room for dL/doutput, `[batch, outputs]`. */
  readonly dOutput: Vector;
  /**
   * `x [n, inputs] -> [n, outputs]`. First fills the columns of x that belong to embeddings. What it returns is borrowed:
   * valid until the next call.
   * @throws ShapeError where the batch has more rows than there is memory for
   */
  forward(batch: NetworkInput, mode: Mode): Vector;
  /**
   * The pullback at the last `forward`: fills the whole of `gradient`.
   * @param dOutput dL/doutput, `[n, outputs]`
   * @throws ShapeError where there was no forward pass of `n` rows in training mode
   */
  backward(dOutput: Vector, n: number): void;
  /**
   * The pullback at the last `forward`, in either mode, to what went in; it leaves nothing of use in `gradient`.
   * @param dOutput a weight of each output, `[n, outputs]`
   * @returns the gradient of their weighted sum by x, `[n, inputs]`, columns of embeddings included; borrowed, and undefined where the
   * network does not depend on x
   * @throws ShapeError where there was no forward pass of `n` rows
   */
  inputGradient(dOutput: Vector, n: number): Vector | undefined;
  /** What went in at the last `forward` and what each layer made of it, in order; borrowed. */
  activations(): readonly Activation[];
}

/** What one layer gave. */
export interface Activation {
  /** `input`, or the layer's name: `2.relu`. */
  readonly layer: string;
  /** `[n, width]` */
  readonly values: Vector;
}

export interface CompileOptions extends PlanOptions {
  /** Units that the last layer must have; not checked by default. */
  readonly outputs?: number;
  readonly engine: Engine;
  /** The most rows of a mini-batch; an integer, at least 1. */
  readonly batch: number;
  /** Names the random numbers of the first parameters and of dropout; an integer. */
  readonly seed: number;
}

/**
 * Makes a network of layers: takes all memory that it will ever need and fills the parameters.
 *
 * @throws ShapeError where the layers do not fit each other, or the last one does not have `outputs` units
 * @throws MillraceError where the engine has not the memory, with what takes most of it
 * @throws OptionError where an option is out of bounds
 * @example
 * ```ts
 * const rows = memory([{ x: 1, y: 2 }]);
 * const fitter = createFitter({ features: { x: numeric() }, target: regression('y') }, await rows.schema());
 * await createGate().open(rows).forEach((batch) => fitter.add(batch));
 * const { layout } = fitter.finish();
 * const engine = openEngine('reference');
 * const network = compileNetwork({ layers: [dense(4), relu(), dense(1)], layout, engine, batch: 32, seed: 7 });
 * network.parameters.length; //=> 13
 * ```
 */
export function compileNetwork(options: CompileOptions): Network {
  checkOptions<CompileOptions>('compileNetwork', options, {
    ...planFields,
    outputs: integer({ least: 1 }),
    engine: required(made<Engine>('an engine, as openEngine()', 'vector')),
    batch: required(integer({ least: 1 })),
    seed: required(integer()),
  });
  const { layers, layout, outputs, engine, batch: rows, seed } = options;
  const plan = planNetwork({ layers, layout });
  if (outputs !== undefined && plan.outputs !== outputs) {
    throw new ShapeError({
      where: `layer ${layers.length} (${layers[layers.length - 1].kind}), the last one`,
      expected: `${outputs} units out`,
      received: `${plan.outputs}`,
    });
  }

  checkRoom(engine, layout, rows, plan);
  const { kernels } = engine;
  const parameters = engine.vector(plan.parameters);
  const gradient = engine.vector(plan.parameters);
  const dOutput = engine.vector(rows * plan.outputs);
  const parts = plan.places.map(({ offset, length }, i) => {
    const { initializer, fanIn, fanOut } = plan.specs[i];
    const value = parameters.subarray(offset, offset + length);
    initializer.fill(value, fanIn, fanOut, randomSequence(seed, 'initialization', i));
    return { value, gradient: gradient.subarray(offset, offset + length) };
  });
  const buffers = engine.vector(plan.buffers);
  const kept = plan.bufferPlaces.map(({ offset, length }, i) =>
    buffers.subarray(offset, offset + length).fill(plan.bufferSpecs[i].initial),
  );
  const passes = buildInTurn(plan.plans, {
    engine,
    rows,
    parameters: parts.slice(plan.embeddings.length),
    buffers: kept,
    seed,
    path: [],
  });

  let last: NetworkInput | undefined;
  let lastMode: Mode = 'training';
  const given: Vector[] = [];

  function forward(batch: NetworkInput, mode: Mode): Vector {
    const { n, x, codes, position } = batch;
    const place = [position.epoch, position.window, position.offset];
    if (n > rows) throw new ShapeError({ where: 'network', expected: `at most ${rows} rows`, received: `${n}` });
    plan.embeddings.forEach(({ column, width }, i) => {
      kernels.gatherRows(x, layout.width, column, parts[i].value, codes[i], n, width);
    });
    last = batch;
    lastMode = mode;
    let a = x;
    for (let i = 0; i < passes.length; i++) {
      a = passes[i].forward(a, n, mode, place);
      given[i] = a;
    }
    engine.settle?.();
    return a;
  }

  function backward(da: Vector, n: number): void {
    if (last?.n !== n || lastMode !== 'training') {
      throw new ShapeError({
        where: 'network: backward',
        expected: 'the rows of the last forward pass, in training mode',
        received:
          last === undefined ? 'no forward pass before' : `${n} rows after one of ${last.n} rows in ${lastMode} mode`,
      });
    }
    const { embeddings } = plan;
    let gradientOut: Vector | undefined = da;
    for (let i = passes.length - 1; i >= 0; i--) {
      gradientOut = passes[i].backward(gradientOut as Vector, n, i > 0 || embeddings.length > 0);
    }
    for (let i = 0; i < embeddings.length; i++) {
      const { column, width } = embeddings[i];
      const table = parts[i].gradient;
      kernels.fill(table, table.length, 0);
      kernels.scatterAddRows(table, gradientOut as Vector, layout.width, column, last.codes[i], n, width);
    }
  }

  function inputGradient(da: Vector, n: number): Vector | undefined {
    if (last?.n !== n) {
      const received = last === undefined ? 'no forward pass before' : `${n} rows after one of ${last.n} rows`;
      throw new ShapeError({
        where: 'network: inputGradient',
        expected: 'the rows of the last forward pass',
        received,
      });
    }
    return passes.reduceRight<Vector | undefined>((gradient, pass) => gradient && pass.backward(gradient, n, true), da);
  }

  function activations(): Activation[] {
    if (last === undefined) return [];
    const { n, x } = last;
    const described = plan.layers.slice(plan.embeddings.length);
    return [
      { layer: 'input', values: x.subarray(0, n * plan.inputs) },
      ...described.map(({ name, outputs: width }, i) => ({ layer: name, values: given[i].subarray(0, n * width) })),
    ];
  }

  const { inputs, layers: described, places, bufferPlaces } = plan;
  return {
    engine,
    batch: rows,
    inputs,
    outputs: plan.outputs,
    layers: described,
    declared: layers,
    places,
    parameters,
    gradient,
    buffers,
    bufferPlaces,
    dOutput,
    forward,
    backward,
    inputGradient,
    activations,
  };
}

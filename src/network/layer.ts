import type { RandomSequence } from '../engine/random.ts';
import type { ElementwiseName } from '../engine/reference/referenceElementwise.ts';
import type { Engine, Vector } from '../engine/types.ts';
import type { Json } from '../json.ts';
import type { Mode } from './types.ts';

/** Fills a parameter with its first values; `fanIn` and `fanOut` are the units before and after. Pure. */
export interface Initializer {
  /** For `describe` and the pipeline's hash: `he`, `constant(0.1)`. */
  readonly name: string;
  fill(w: Vector, fanIn: number, fanOut: number, random: RandomSequence): void;
}

/** A parameter that a layer asks for. */
export interface ParameterSpec {
  /** Short, as in the mathematics: `w`, `b`, `gamma`. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly fanIn: number;
  readonly fanOut: number;
  readonly initializer: Initializer;
}

/** Numbers that a layer keeps from step to step and does not learn by gradients. Checkpoints hold them. */
export interface BufferSpec {
  /** Short: `mean`, `variance`. */
  readonly name: string;
  readonly shape: readonly number[];
  /** The first value of each. */
  readonly initial: number;
}

/** A parameter's part of the flat vector, and the same part of the flat gradient. */
export interface Parameter {
  readonly value: Vector;
  readonly gradient: Vector;
}

/** What a layer is given to work in: all memory it will ever have. */
export interface LayerMemory {
  readonly engine: Engine;
  /** The most rows a batch can have. */
  readonly rows: number;
  /** In the order of the plan's `parameters`. */
  readonly parameters: readonly Parameter[];
  /** In the order of the plan's `buffers`. */
  readonly buffers: readonly Vector[];
  /** Names random numbers: the network's. */
  readonly seed: number;
  /** Names the layer in random numbers: its number from 1, then that within it for a layer in a layer. */
  readonly path: readonly number[];
}

/** A layer at work. Arrays that it returns are its own, valid until its next call. */
export interface LayerPass {
  /**
   * `x [n, width in] -> [n, width out]`
   *
   * @param batch names the batch among all that are trained on, for random numbers: epoch, window, offset; the same ones at each call
   * by default
   */
  forward(x: Vector, n: number, mode: Mode, batch?: readonly number[]): Vector;
  /**
   * The pullback at the last `forward`, in its mode: `da [n, width out] -> dx [n, width in]`, and writes (not adds) each parameter's gradient.
   * `dx` is undefined when `needed` is false: the first layer of a network without embeddings has no use for it.
   */
  backward(da: Vector, n: number, needed: boolean): Vector | undefined;
}

/** A function that is applied to each number. */
export interface ElementwiseFunction {
  /** The engine's name of it. */
  readonly f: ElementwiseName;
  /** Where it has one. */
  readonly parameter?: number;
}

/** A layer that knows its input's width: what it needs and what it gives. Pure data, enough for `describe`. */
export interface LayerPlan {
  /** Units out. */
  readonly width: number;
  readonly parameters: readonly ParameterSpec[];
  /** None when absent. */
  readonly buffers?: readonly BufferSpec[];
  build(memory: LayerMemory): LayerPass;
  /** What the layer does to each number, where it does nothing else. */
  readonly elementwise?: ElementwiseFunction;
  /**
   * Builds the layer and the elementwise one after it in one, where that saves passes over memory: both give the numbers that they give by
   * themselves, to the bit, but only one after the other.
   */
  buildWith?(following: ElementwiseFunction, memory: LayerMemory): readonly [LayerPass, LayerPass];
}

/** What is known of a layer that does the same to each number, and nothing else. */
export interface ActivationFacts {
  /** The bounds of what it gives, `[-1, 1]` for tanh; infinite where there is none. */
  readonly range: readonly [low: number, high: number];
  /**
   * Whether the low bound is where a unit is off, as a rectifier's: that is normal for some rows, and deadly for all. At other bounds a unit
   * is saturated.
   * @default where only the low bound is finite
   */
  readonly rectifies?: boolean;
  /**
   * First weights that keep the variance of what goes through it, for the layer before.
   * @default xavier()
   */
  readonly initializer?: Initializer;
}

/** A layer as it is declared. */
export interface Layer {
  readonly kind: string;
  readonly options: { readonly [key: string]: Json };
  /** Where it is an activation: health and the first weights before it need to know. */
  readonly activation?: ActivationFacts;
  /**
   * Whether it mixes units by weights of its own: an activation after it is not for the weights before it.
   * @default false
   */
  readonly mixesUnits?: boolean;
  /**
   * Whether its pullback is meant not to be the derivative, as that of a straight-through estimator: a run then does not hold it to it.
   * @default false
   */
  readonly surrogateGradient?: boolean;
  /**
   * @param width units in
   * @param following the layers after this one, so that the default initialization can fit the activation
   * @throws ShapeError where the layer cannot take that width
   */
  plan(width: number, following: readonly Layer[]): LayerPlan;
}

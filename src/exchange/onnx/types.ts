/** The types of numbers and texts that are written and read. */
export type ElementType = 'float' | 'double' | 'int32' | 'int64' | 'bool' | 'string';

/** A tensor that is part of a file. */
export interface OnnxTensor {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array | readonly string[];
}

/** What a node is told besides its inputs. */
export type OnnxAttribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly text: string }
  | { readonly ints: readonly (number | bigint)[] }
  | { readonly floats: readonly number[] }
  | { readonly texts: readonly string[] };

/** An operator in a graph. */
export interface OnnxNode {
  readonly name: string;
  readonly op: string;
  /** Absent for those of ONNX itself. */
  readonly domain?: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

/** What goes into a graph or comes out. */
export interface OnnxValue {
  readonly name: string;
  readonly type: ElementType;
  /** A text is the name of a size that is not fixed: `N`. */
  readonly shape: readonly (number | string)[];
  readonly about?: string;
}

/** A file of ONNX. */
export interface OnnxFile {
  readonly name: string;
  readonly about?: string;
  /** Of each domain; '' is ONNX itself. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly nodes: readonly OnnxNode[];
  readonly tensors: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly metadata: Readonly<Record<string, string>>;
}

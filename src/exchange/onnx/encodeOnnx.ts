import { encodeMessage, type MessageWriter } from '../../files/protobuf.ts';
import { version } from '../../version.ts';
import type { ElementType, OnnxAttribute, OnnxFile, OnnxNode, OnnxTensor, OnnxValue } from './types.ts';

/** The version of the format of files, not of operators: that of ONNX 1.12. */
const IR_VERSION = 8;

/** As `TensorProto.DataType` numbers them. */
export const elementTypes: Readonly<Record<ElementType, number>> = {
  float: 1,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  double: 11,
};

/**
 * Encodes a graph as a file of ONNX: a `ModelProto`. Equal graphs give equal bytes.
 *
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
export function encodeOnnx(file: OnnxFile): Uint8Array<ArrayBuffer> {
  const { name, about, opsets, nodes, tensors, inputs, outputs, metadata } = file;
  return encodeMessage((model) => {
    model.integer(1, IR_VERSION);
    model.text(2, 'millrace');
    model.text(3, version);
    if (about) model.text(6, about);
    model.message(7, (graph) => {
      for (const node of nodes) graph.message(1, writeNode(node));
      graph.text(2, name);
      for (const tensor of tensors) graph.message(5, writeTensor(tensor));
      for (const input of inputs) graph.message(11, writeValue(input));
      for (const output of outputs) graph.message(12, writeValue(output));
    });
    for (const [domain, number] of Object.entries(opsets)) {
      model.message(8, (opset) => {
        opset.text(1, domain);
        opset.integer(2, number);
      });
    }
    for (const [key, value] of Object.entries(metadata)) {
      model.message(14, (entry) => {
        entry.text(1, key);
        entry.text(2, value);
      });
    }
  });
}

const writeNode =
  ({ name, op, domain, inputs, outputs, attributes }: OnnxNode) =>
  (node: MessageWriter) => {
    for (const input of inputs) node.text(1, input);
    for (const output of outputs) node.text(2, output);
    node.text(3, name);
    node.text(4, op);
    for (const [key, value] of Object.entries(attributes)) node.message(5, writeAttribute(key, value));
    if (domain) node.text(7, domain);
  };

const writeAttribute = (name: string, value: OnnxAttribute) => (attribute: MessageWriter) => {
  attribute.text(1, name);
  if ('float' in value) {
    attribute.float(2, value.float);
    attribute.integer(20, 1);
  } else if ('int' in value) {
    attribute.integer(3, value.int);
    attribute.integer(20, 2);
  } else if ('text' in value) {
    attribute.text(4, value.text);
    attribute.integer(20, 3);
  } else if ('floats' in value) {
    for (const each of value.floats) attribute.float(7, each);
    attribute.integer(20, 6);
  } else if ('ints' in value) {
    for (const each of value.ints) attribute.integer(8, each);
    attribute.integer(20, 7);
  } else {
    for (const each of value.texts) attribute.text(9, each);
    attribute.integer(20, 8);
  }
};

const writeTensor =
  ({ name, type, shape, data }: OnnxTensor) =>
  (tensor: MessageWriter) => {
    for (const size of shape) tensor.integer(1, size);
    tensor.integer(2, elementTypes[type]);
    if (!ArrayBuffer.isView(data)) for (const text of data) tensor.text(6, text);
    tensor.text(8, name);
    if (ArrayBuffer.isView(data)) tensor.bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  };

const writeValue =
  ({ name, type, shape, about }: OnnxValue) =>
  (value: MessageWriter) => {
    value.text(1, name);
    value.message(2, (of) =>
      of.message(1, (tensor) => {
        tensor.integer(1, elementTypes[type]);
        tensor.message(2, (dimensions) => {
          for (const size of shape) {
            dimensions.message(1, (dimension) => {
              if (typeof size === 'number') dimension.integer(1, size);
              else dimension.text(2, size);
            });
          }
        });
      }),
    );
    if (about) value.text(3, about);
  };

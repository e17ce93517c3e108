/**
 * Models of Millrace for other programs, and theirs for Millrace: `millrace/exchange`.
 *
 * @packageDocumentation
 */

export {
  type ExportedModel,
  type ExportedValue,
  type ExportModelOptions,
  exportModel,
} from './exchange/exportModel.ts';
export type { ImportedNetwork } from './exchange/importedNetwork.ts';
export { fromOnnx } from './exchange/onnx/fromOnnx.ts';
export type { ExportFrom } from './exchange/onnx/onnxOf.ts';
export { type StrippedModel, stripModel } from './exchange/stripModel.ts';
export { fromSafetensors } from './exchange/torch/fromSafetensors.ts';
export { fromTorch } from './exchange/torch/fromTorch.ts';

/**
 * Trained models in use: `millrace/model`.
 *
 * @packageDocumentation
 */

export type { ModelRow, RowNotes } from './model/encodeRow.ts';
export { type DeclaredModel, type LoadModelOptions, loadModel } from './model/loadModel.ts';
export type { Model, PredictRowOptions } from './model/model.ts';
export type { ModelPlace } from './model/modelBytes.ts';
export type { Prediction, TopClass } from './model/predictions.ts';
export type { PredictOptions } from './model/predictSource.ts';
export type { LayerMaker } from './model/restoreLayer.ts';
export type { SavedMember } from './model/savedModel.ts';
export type { ModelColumn, ModelSchema } from './model/schema.ts';
export type { Calibration, Curve } from './train/answers/calibration.ts';

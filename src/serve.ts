/**
 * Models that answer over HTTP: `millrace/serve`.
 *
 * @packageDocumentation
 */

export type { TrialOptions } from './serve/challengers.ts';
export { championsOf, sharesOf } from './serve/championsOf.ts';
export { type JoinCounts, type JoinLabelsOptions, joinLabels } from './serve/joinLabels.ts';
export type { RequestLogCounts, RequestLogOptions } from './serve/requestLog.ts';
export { type ModelServer, serve } from './serve/serve.ts';
export type { ModelPlaces } from './serve/servedModels.ts';
export type { RefusedModel, ServeOptions } from './serve/serveOptions.ts';
export type { LoadedModel, ServedModel, ServeLimits, ServeLog } from './serve/types.ts';

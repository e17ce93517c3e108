/**
 * Scheduled retraining: `millrace/jobs`.
 *
 * @packageDocumentation
 */

// Jobs.

export { defineJob, type JobDrift, type JobOptions } from './job/declare/defineJob.ts';

// When a job is due.

export { type CronOptions, cron } from './job/declare/cron.ts';
export { type EveryOptions, every } from './job/declare/every.ts';
export { manual } from './job/declare/manual.ts';
export { type NewRowsOptions, newRows } from './job/declare/newRows.ts';
export { type OnNewDataOptions, onNewData } from './job/declare/onNewData.ts';

// What a candidate has to prove.

export { atLeast } from './job/checks/atLeast.ts';
export { atMost } from './job/checks/atMost.ts';
export { type ImprovesOptions, improves } from './job/checks/improves.ts';
export { type NoSliceWorseOptions, noSliceWorse } from './job/checks/noSliceWorse.ts';

// Notifications.

export { type WebhookOptions, webhook } from './job/declare/webhook.ts';

// Types.

export type { Check, CheckResult, Job, JobSchedule, SlicedScores, Span } from './job/types.ts';

import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { freeSnapshot } from '../checkpoint/freeSnapshot.ts';
import { flag, text } from '../options/bounds.ts';
import { checkOptions } from '../options/checkOptions.ts';
import { type EventPart, eventRecord } from './eventFile.ts';
import { runSettings } from './runSettings.ts';
import type { Run, Sink } from './types.ts';

export interface TensorboardOptions {
  /**
   * The folder of the event files, from the run's folder on.
   * @default 'tensorboard'
   */
  readonly path?: string;
  /**
   * Writes how the parameters are distributed, at the end of each epoch: they are copied for that.
   * @default true
   */
  readonly histograms?: boolean;
}

/**
 * Writes event files for TensorBoard, at once: losses, learning rate, norm of the gradient and speed of each report; metrics of the held-out rows
 * beside the constant answer; findings; the settings; and how the parameters are distributed. `tensorboard --logdir runs` shows all runs that have it.
 *
 * A resumed run writes another file, which says from which step on those before are not to be shown.
 *
 * @example tensorboard({ histograms: false }).onError //=> 'log'
 */
export function tensorboard(options: TensorboardOptions = {}): Sink {
  checkOptions<TensorboardOptions>('tensorboard', options, { path: text('the name of a folder'), histograms: flag });
  const { path = 'tensorboard', histograms = true } = options;
  return {
    name: 'tensorboard',
    onError: 'log',
    files: { [path]: 'losses, scores and settings, for tensorboard --logdir' },
    async open(run) {
      const directory = join(run.directory, path);
      await mkdir(directory, { recursive: true });
      const now = () => Date.now() / 1000;
      // TensorBoard reads the files in the order of their names.
      const file = openSync(join(directory, nameOf(Date.now(), process.pid)), 'wx');
      const put = (step: number, part: EventPart) => writeSync(file, eventRecord(step, now(), part));
      const scalars = (step: number, values: Readonly<Record<string, number>>) => {
        for (const [tag, value] of Object.entries(values)) put(step, { kind: 'scalar', tag, value });
      };
      put(0, { kind: 'version' });
      if (run.resumedAt !== undefined) put(run.resumedAt + 1, { kind: 'restart' });
      put(run.resumedAt ?? 0, { kind: 'settings', settings: runSettings(run), seconds: now() });
      let last = run.resumedAt ?? 0;
      return {
        write(event) {
          const { step } = event;
          last = step;
          if (event.kind === 'report') {
            const { loss, learningRate, gradientNorm, rowsPerSecond } = event;
            scalars(step, { 'training/loss': loss, learningRate, gradientNorm, rowsPerSecond });
          } else if (event.kind === 'validation') {
            scalars(step, named('validation', event.metrics));
            scalars(step, named('constant', event.baseline));
          } else if (event.kind === 'epoch') {
            scalars(step, { 'training/epochLoss': event.loss });
            if (histograms) for (const part of distributions(run)) put(step, part);
          } else if (event.kind === 'finding') {
            put(step, { kind: 'text', tag: `health/${event.problem}`, text: `${event.message}. ${event.advice}` });
          }
        },
        close({ kind }) {
          put(last, { kind: 'end', isGood: kind === 'completed', seconds: now() });
          fsyncSync(file);
          closeSync(file);
        },
      };
    },
  };
}

function nameOf(ms: number, process: number): string {
  const [seconds, rest] = [Math.floor(ms / 1000), ms % 1000].map(String);
  return `events.out.tfevents.${seconds}.${rest!.padStart(3, '0')}.${hostname()}.${process}`;
}

function named(group: string, values: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${group}/${name}`, value]));
}

/** Of the network's own tensors: those of the optimizer have another name before theirs. */
function distributions(run: Run): EventPart[] {
  const snapshot = run.snapshot();
  const parts = Object.entries(snapshot.tensors)
    .filter(([name]) => !name.includes('/'))
    .map(([tag, { data }]): EventPart => ({ kind: 'histogram', tag: `parameters/${tag}`, values: data.slice() }));
  freeSnapshot(snapshot);
  return parts;
}

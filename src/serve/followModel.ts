import { stat } from 'node:fs/promises';
import { MillraceError } from '../errors.ts';
import { findCheckpoint } from '../model/findCheckpoint.ts';
import type { Model } from '../model/model.ts';
import type { LoadedModel, ServedModel, ServeLog } from './types.ts';

export interface FollowOptions {
  /** The file of the model, or the folder of a run, whose latest it is. */
  readonly path: string;
  readonly load: (path: string) => Promise<Model>;
  readonly log: ServeLog;
  /** Told of each model that has taken over, and of each that could not, and why. */
  readonly onSwap: (refusal?: Error) => void;
}

/** A served model that looks after its file. */
export interface FollowedModel extends ServedModel {
  /** Whether the newest file that was seen is the one in service. */
  readonly isLatest: boolean;
  /** Looks once; where there is another file, loads it, tries it and puts it into service. Never throws. */
  look(): Promise<void>;
  close(): void;
}

/**
 * Loads a model and follows its file: a new one is loaded and tried beside the old, then takes over between two requests. One that does not load leaves
 * the old in service.
 *
 * @param name under which it is asked for
 * @throws MillraceError where the first does not load
 */
export async function followModel(name: string, options: FollowOptions): Promise<FollowedModel> {
  const { path, load, log, onSwap } = options;
  // Where it is not there, loading says so better.
  let seen = await identityOf(path).catch(() => '');
  let loaded = await loadAndTry(path, load);
  let isLatest = true;
  let looking: Promise<void> | undefined;
  let isClosed = false;

  async function look(): Promise<void> {
    const identity = await identityOf(path).catch(() => undefined);
    // It may be between two files; the next look tells.
    if (identity === undefined || identity === seen) return;
    seen = identity;
    try {
      const next = await loadAndTry(path, load);
      if (isClosed) return next.model.close();
      const before = loaded;
      loaded = next;
      isLatest = true;
      // Answers are made at once, so that none is in the making between two turns.
      before.model.close();
      log('info', `${name}: version ${next.version} has taken over from ${before.version}`);
      onSwap();
    } catch (error) {
      isLatest = false;
      log('error', `${name}: ${(error as Error).message} Version ${loaded.version} stays in service`);
      onSwap(error as Error);
    }
  }

  return {
    name,
    get isLatest() {
      return isLatest;
    },
    current: () => loaded,
    look() {
      looking ??= look().finally(() => {
        looking = undefined;
      });
      return looking;
    },
    close() {
      isClosed = true;
      loaded.model.close();
    },
  };
}

/** Changes with the file that a path leads to, over symbolic links and in the folder of a run. */
async function identityOf(path: string): Promise<string> {
  const found = await findCheckpoint(path);
  const { dev, ino, size, mtimeNs } = await stat(found, { bigint: true });
  return `${found} ${dev} ${ino} ${size} ${mtimeNs}`;
}

async function loadAndTry(path: string, load: FollowOptions['load']): Promise<LoadedModel> {
  const model = await load(path);
  try {
    tryModel(path, model);
  } catch (error) {
    model.close();
    throw error;
  }
  return { model, version: model.hash.slice(0, 16), since: Date.now() };
}

/** Predicts for a row of missing values, where nothing is asked for that cannot be missing: the first request finds all compiled. */
function tryModel(path: string, model: Model): void {
  if (!model.schema.columns.every(({ nullable }) => nullable)) return;
  const row = Object.fromEntries(model.schema.columns.map((column) => [column.name, null]));
  const { predicted, probability } = model.predictRow(row);
  for (const number of [predicted, probability]) {
    if (typeof number !== 'number' || Number.isFinite(number)) continue;
    throw new MillraceError({
      where: path,
      expected: 'a model that gives finite numbers',
      received: `${number} for a row of missing values`,
      hint: 'It was trained until its numbers overflowed; train it anew',
    });
  }
}

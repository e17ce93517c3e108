import { type FollowedModel, type FollowOptions, followModel } from './followModel.ts';
import type { ServedModel } from './types.ts';

/** Where models are, by the name under which each is asked for; a function says so at each look. */
export type ModelPlaces = Readonly<Record<string, string>> | (() => Promise<Readonly<Record<string, string>>>);

/** All models of a server. */
export interface ServedModels {
  readonly all: () => readonly ServedModel[];
  readonly get: (name: string) => ServedModel | undefined;
  /** Looks at all files: settles when each that has changed is in service, or has been refused. Never throws. */
  look(): Promise<void>;
  close(): void;
}

export interface ServedModelsOptions extends Omit<FollowOptions, 'path' | 'onSwap'> {
  /** Told of each model that has taken over, and, once, of each that could not, and why; `label` is what logs call it. */
  readonly onSwap: (label: string, name: string, refusal?: Error) => void;
  /**
   * What logs and metrics call a model.
   * @default its name
   */
  readonly label?: (name: string) => string;
  /**
   * Whether one that a function names no more stays in service.
   * @default true
   */
  readonly keepsGone?: boolean;
}

/**
 * Loads the models and follows their files, and where a function says which there are, also which: one that comes later is loaded then, one that has
 * gone stays in service until the server ends, unless it is said not to.
 *
 * @throws MillraceError where one that is there at the beginning does not load
 */
export async function openModels(places: ModelPlaces, options: ServedModelsOptions): Promise<ServedModels> {
  const { log, onSwap, label = (name) => name, keepsGone = true } = options;
  const followed = new Map<string, FollowedModel>();
  /** Those that do not load are told of once. */
  const refused = new Map<string, string>();
  const placesNow = typeof places === 'function' ? places : async () => places;
  const open = async (name: string, path: string) =>
    followed.set(
      name,
      await followModel(label(name), { ...options, path, onSwap: (refusal) => onSwap(label(name), name, refusal) }),
    );
  const close = () => {
    for (const model of followed.values()) model.close();
  };
  try {
    for (const [name, path] of Object.entries(await placesNow())) await open(name, path);
  } catch (error) {
    close();
    throw error;
  }

  async function look(): Promise<void> {
    const known = [...followed.values()];
    await Promise.all(known.map((model) => model.look()));
    if (typeof places !== 'function') return;
    const now = await placesNow();
    for (const [name, model] of followed) {
      if (keepsGone || Object.hasOwn(now, name)) continue;
      followed.delete(name);
      model.close();
      log('info', `${label(name)} is no more`);
    }
    for (const [name, path] of Object.entries(now)) {
      if (followed.has(name)) continue;
      await open(name, path).then(
        () => {
          log('info', `${label(name)}: version ${followed.get(name)?.current().version} is in service`);
          refused.delete(name);
        },
        (error: Error) => {
          const isNews = refused.get(name) !== error.message;
          if (isNews) log('error', `${label(name)}: ${error.message}`);
          refused.set(name, error.message);
          if (isNews) onSwap(label(name), name, error);
        },
      );
    }
  }

  let looking: Promise<void> | undefined;
  return {
    all: () => [...followed.values()],
    get: (name) => followed.get(name),
    look() {
      looking ??= look()
        .catch((error: Error) => log('error', error.message))
        .finally(() => {
          looking = undefined;
        });
      return looking;
    },
    close,
  };
}

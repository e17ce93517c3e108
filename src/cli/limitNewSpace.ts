import { setFlagsFromString } from 'node:v8';

/**
 * Keeps V8 from giving ever more memory to new objects: it doubles their space each time that enough of them have outlived a collection, up
 * to 128 MB. That takes minutes or hours of a run, whose steps leave next to nothing behind and are no faster for it. What starting up
 * has brought the space to is enough.
 *
 * For a process that is ours: the setting is that of the whole process, and V8 takes `--max-semi-space-size` at its start only.
 */
export function limitNewSpace(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

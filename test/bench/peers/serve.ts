import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** What a peer is told to build: see peer.py, whose protocol this is. */
export interface PeerWork {
  readonly name: string;
  readonly widths: readonly number[];
  readonly rows: number;
  readonly checkSteps: number;
  readonly file: string;
  readonly dropout?: number;
}

/** The file's arrays. */
export interface PeerData {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly layers: readonly { readonly w: Float32Array; readonly b: Float32Array; readonly shape: [number, number] }[];
}

/** A step, and the loss before it; null for a library that does other steps than all. */
export interface PeerStep {
  step(): void;
  /** Steps that a call of `step` makes. */
  readonly stepsOfCall?: number;
  loss(): number | null;
}

function readData({ file, rows, widths, dropout }: PeerWork): PeerData {
  const bytes = readFileSync(file);
  const numbers = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  let at = 0;
  const next = (length: number) => {
    at += length;
    return numbers.subarray(at - length, at);
  };
  const [x, y] = [next(rows * widths[0]), next(rows)];
  const layers = widths.slice(1).map((units, i) => {
    const shape: [number, number] = [widths[i], units];
    const layer = { w: next(shape[0] * units), b: next(units), shape };
    // Gamma and beta are 1 and 0, as everybody has them at first.
    if (dropout !== undefined && i < widths.length - 2) next(2 * units);
    return layer;
  });
  return { x, y, layers };
}

function answer(reply: object): void {
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}

/** Says that the peer cannot take part. */
export function absent(error: unknown): void {
  answer({ missing: String((error as Error).message ?? error).split('\n')[0] });
}

/** Answers the harness until it closes the pipe. */
export async function serve(name: string, build: (work: PeerWork, data: PeerData) => PeerStep): Promise<void> {
  answer({ name, threads: [''] });
  let built: PeerStep | undefined;
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line) as PeerWork & { readonly kind: 'open' | 'measure'; readonly ms: number };
    try {
      if (request.kind === 'open') {
        built = build(request, readData(request));
        let loss = built.loss();
        for (let i = 1; i < request.checkSteps && loss !== null; i++) {
          built.step();
          loss = i === request.checkSteps - 1 ? built.loss() : loss;
        }
        answer({ loss });
      } else if (built) {
        const begin = performance.now();
        let steps = 0;
        do {
          built.step();
          steps += built.stepsOfCall ?? 1;
        } while (performance.now() - begin < request.ms);
        answer({ seconds: (performance.now() - begin) / 1000 / steps });
      }
    } catch (error) {
      answer({ error: String(error) });
    }
  }
}

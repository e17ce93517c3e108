import { number } from '../options/bounds.ts';
import { checkOptions } from '../options/checkOptions.ts';
import type { Engine } from './types.ts';

export interface MeasureEngineOptions {
  /**
   * Milliseconds to spend, more than 0; one product is made in any case.
   * @default 50
   */
  readonly budgetMs?: number;
}

/** How fast an engine is on this machine, now. */
export interface EngineSpeed {
  /** 10⁹ multiplications and additions a second in a product of 128 x 256 by 256 x 256, the median of those made. */
  readonly gflops: number;
  /** Products made. */
  readonly products: number;
}

/** Rows, inner size and columns of the product that is measured: that of a middling dense layer. */
const [N, K, M] = [128, 256, 256];

/**
 * Measures an engine by the product that training spends most of its time in.
 *
 * @throws OptionError where `budgetMs` is not more than 0
 * @example measureEngine(openEngine(), { budgetMs: 1 }).gflops > 0 //=> true
 */
export function measureEngine(engine: Engine, options: MeasureEngineOptions = {}): EngineSpeed {
  checkOptions<MeasureEngineOptions>('measureEngine', options, { budgetMs: number({ above: 0 }) });
  const { budgetMs = 50 } = options;
  const [out, a, b] = [N * M, N * K, K * M].map((length) => engine.vector(length));
  engine.kernels.fill(a, a.length, 0.5);
  engine.kernels.fill(b, b.length, 0.25);

  const times: number[] = [];
  const end = performance.now() + budgetMs;
  do {
    const begin = performance.now();
    engine.kernels.matmul(out, a, b, N, K, M);
    times.push(performance.now() - begin);
  } while (performance.now() < end);

  times.sort((one, other) => one - other);
  const ms = Math.max(times[times.length >> 1], 1e-6);
  return { gflops: (2 * N * K * M) / ms / 1e6, products: times.length };
}

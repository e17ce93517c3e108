/** Milliseconds of a run, by what they went into. */
export interface Spending {
  /** Everything was processed and no data had come: reading and decoding. */
  readonly waitMs: number;
  /** From a record batch to the update. */
  readonly computeMs: number;
  /** Sinks that asked to be waited for were not done. */
  readonly sinkMs: number;
}

/** What most of the time goes into: faster reading, training or sinks would make the run faster. */
export type Bottleneck = 'reading' | 'training' | 'sinks';

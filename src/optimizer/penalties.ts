/** Penalties on large weights that every optimizer takes. Neither is part of the loss that is reported. */
export interface Penalties {
  /**
   * L2 penalty: adds `weightDecay w` to the gradient of each parameter w; at least 0.
   * @default 0
   */
  readonly weightDecay?: number;
  /**
   * L1 penalty, which drives weights that do not pay to zero: adds `l1 sign(w)` to the gradient; at least 0.
   * @default 0
   */
  readonly l1?: number;
}

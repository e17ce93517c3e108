/** Bytes that are cut, or are not what Arrow's format wants, before the source is known; the message says what came. */
export class ArrowDamage extends Error {}

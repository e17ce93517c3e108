const float = new Float32Array(1);
const integer = new Int32Array(float.buffer);

/** The place of a float32 number among all of them, ascending; 0 and -0 are one. */
function rank(x: number): number {
  float[0] = x;
  return integer[0] < 0 ? -(integer[0] & 0x7fffffff) : integer[0];
}

/** The distance between a float32 number and a float64 one, in steps of float32 at the latter. */
export function ulps(got: number, want: number): number {
  if (Number.isNaN(got) || Number.isNaN(want)) return Number.isNaN(got) === Number.isNaN(want) ? 0 : Infinity;
  return Math.abs(rank(got) - rank(want));
}

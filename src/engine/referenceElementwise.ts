import type { Elementwise, ElementwiseName, Vector } from '../types.ts';

/** A function of one number, and its pullback `dz` from `da`, `z` and `a = f(z)`. */
function elementwise(
  f: (z: number, parameter: number) => number,
  pullback: (da: number, z: number, a: number, parameter: number) => number,
): Elementwise {
  return {
    forward(a: Vector, z: Vector, length: number, parameter = 0) {
      for (let i = 0; i < length; i++) a[i] = f(z[i], parameter);
    },
    gradient(dz: Vector, da: Vector, z: Vector, a: Vector, length: number, parameter = 0) {
      for (let i = 0; i < length; i++) dz[i] = pullback(da[i], z[i], a[i], parameter);
    },
  };
}

/**
 * The functions of the float64 engine, each with its derivative beside it.
 *
 *   sigmoid  a = 1 / (1 + e^-z)          dz = da a (1 - a)
 *   tanh     a = tanh z                  dz = da (1 - a²)
 *   relu     a = z, or slope z below 0   dz = da, or slope da at 0 and below
 *   exp      a = e^z                     dz = da a
 *   log1p    a = ln(1 + z)               dz = da / (1 + z)
 */
export const referenceElementwise: Readonly<Record<ElementwiseName, Elementwise>> = {
  sigmoid: elementwise(
    (z) => 1 / (1 + Math.exp(-z)),
    (da, _z, a) => da * a * (1 - a),
  ),
  tanh: elementwise(Math.tanh, (da, _z, a) => da * (1 - a * a)),
  // A slope of zero must not turn an infinity into NaN.
  relu: elementwise(
    (z, slope) => (slope === 0 ? Math.max(z, 0) : z > 0 ? z : slope * z),
    (da, z, _a, slope) => da * (z > 0 ? 1 : slope),
  ),
  exp: elementwise(Math.exp, (da, _z, a) => da * a),
  log1p: elementwise(Math.log1p, (da, z) => da / (1 + z)),
};

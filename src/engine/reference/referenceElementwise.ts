import { normalBelow, normalDensity } from '../standardNormal.ts';
import type { Elementwise, Vector } from '../types.ts';

/** A function of one number, and its pullback `dz` from `da`, `z` and `a = f(z)`. */
export function elementwise(
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
    gradientAndSums(dz, sums, da, z, a, n, m, parameter = 0) {
      for (let j = 0; j < m; j++) {
        sums[j] = 0;
        for (let i = j; i < n * m; i += m) {
          dz[i] = pullback(da[i], z[i], a[i], parameter);
          sums[j] += dz[i];
        }
      }
    },
  };
}

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));

/** Of SELU: the fixed point of mean 0 and variance 1 in Klambauer et al. 2017. */
const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;

/** Twice the argument of the tanh in the approximate GELU, and its derivative. */
const GELU_SLOPE = 2 * Math.sqrt(2 / Math.PI);
const geluArgument = (z: number) => GELU_SLOPE * (z + 0.044715 * z ** 3);
const geluArgumentSlope = (z: number) => GELU_SLOPE * (1 + 3 * 0.044715 * z ** 2);

/**
 * The functions of each number that every engine has, each with its derivative beside it, in float64; `slope` and `alpha` are their parameter. P is the normal distribution, p its density, s the sigmoid.
 *
 *   sigmoid   a = 1 / (1 + e^-z)                        dz = da a (1 - a)
 *   tanh      a = tanh z                                dz = da (1 - a²)
 *   relu      a = z, or 0 below 0                       dz = da, or 0 at 0 and below
 *   leakyRelu a = z, or slope z below 0                 dz = da, or slope da at 0 and below
 *   elu       a = z, or alpha (e^z - 1) below 0         dz = da, or da (a + alpha) at 0 and below
 *   selu      a = scale elu(z)                          dz = da scale, or da (a + scale alpha) at 0 and below
 *   gelu      a = z P(z)                                dz = da (P(z) + z p(z))
 *   geluTanh  a = z s(u), u = 2 sqrt(2/pi) (z + 0.044715 z³)   dz = da (s + z s (1 - s) du/dz)
 *   silu      a = z s(z)                                dz = da s (1 + z (1 - s))
 *   softplus  a = ln(1 + e^z)                           dz = da s(z)
 *   softsign  a = z / (1 + |z|)                         dz = da / (1 + |z|)²
 *   exp       a = e^z                                   dz = da a
 *   log1p     a = ln(1 + z)                             dz = da / (1 + z)
 */
export const referenceElementwise = {
  sigmoid: elementwise(sigmoid, (da, _z, a) => da * a * (1 - a)),
  tanh: elementwise(Math.tanh, (da, _z, a) => da * (1 - a * a)),
  relu: elementwise(
    (z) => Math.max(z, 0),
    (da, z) => (z > 0 ? da : 0),
  ),
  leakyRelu: elementwise(
    (z, slope) => (z > 0 ? z : slope * z),
    (da, z, _a, slope) => da * (z > 0 ? 1 : slope),
  ),
  elu: elementwise(
    (z, alpha) => (z > 0 ? z : alpha * Math.expm1(z)),
    (da, z, a, alpha) => da * (z > 0 ? 1 : a + alpha),
  ),
  selu: elementwise(
    (z) => SELU_SCALE * (z > 0 ? z : SELU_ALPHA * Math.expm1(z)),
    (da, z, a) => da * (z > 0 ? SELU_SCALE : a + SELU_SCALE * SELU_ALPHA),
  ),
  gelu: elementwise(
    (z) => z * normalBelow(z),
    (da, z) => da * (normalBelow(z) + z * normalDensity(z)),
  ),
  geluTanh: elementwise(
    (z) => z * sigmoid(geluArgument(z)),
    (da, z) => {
      const s = sigmoid(geluArgument(z));
      return da * (s + z * s * (1 - s) * geluArgumentSlope(z));
    },
  ),
  silu: elementwise(
    (z) => z * sigmoid(z),
    (da, z) => da * sigmoid(z) * (1 + z * (1 - sigmoid(z))),
  ),
  softplus: elementwise(
    (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))),
    (da, z) => da * sigmoid(z),
  ),
  softsign: elementwise(
    (z) => z / (1 + Math.abs(z)),
    (da, z) => da / (1 + Math.abs(z)) ** 2,
  ),
  exp: elementwise(Math.exp, (da, _z, a) => da * a),
  log1p: elementwise(Math.log1p, (da, z) => da / (1 + z)),
} satisfies Readonly<Record<string, Elementwise>>;

/** The functions that layers and losses may ask an engine for. */
export type ElementwiseName = keyof typeof referenceElementwise;

/** Their names; the compiled kernels number them in this order. */
export const elementwiseNames = Object.keys(referenceElementwise) as readonly ElementwiseName[];

/** One loop for each function and each pullback: whole vectors, then a part of one. Two vectors side by side may become one of 256 bits. */
import {
  elu4,
  eluPullback4,
  gelu4,
  geluPullback4,
  geluTanh4,
  geluTanhPullback4,
  silu4,
  siluPullback4,
  softplus4,
  softsign4,
  softsignPullback4,
} from './activations';
import { storePart } from './simd';
import { exp4, log1p4, sigmoid4, tanh4 } from './transcendental';

/** As in ../wasmElementwise.ts; 0 stands for none. */
const SIGMOID = 1;
const TANH = 2;
const RELU = 3;
const EXP = 4;
const LOG1P = 5;
const ELU = 6;
const SELU = 7;
const GELU = 8;
const GELU_TANH = 9;
const SILU = 10;
const SOFTPLUS = 11;
const SOFTSIGN = 12;
/** A ReLU with a parameter that is not 0. */
const LEAKY_RELU = 13;

const SELU_ALPHA: f32 = 1.67326324;
const SELU_SCALE: f32 = 1.05070099;

// @ts-expect-error: decorator
@inline
function f(name: i32, z: v128, parameter: f32): v128 {
  if (name == SIGMOID) return sigmoid4(z);
  if (name == TANH) return tanh4(z);
  if (name == EXP) return exp4(z);
  if (name == LOG1P) return log1p4(z);
  if (name == ELU) return elu4(z, parameter, 1);
  if (name == SELU) return elu4(z, SELU_ALPHA, SELU_SCALE);
  if (name == GELU) return gelu4(z);
  if (name == GELU_TANH) return geluTanh4(z);
  if (name == SILU) return silu4(z);
  if (name == SOFTPLUS) return softplus4(z);
  if (name == SOFTSIGN) return softsign4(z);
  const zero = f32x4.splat(0);
  // Not the maximum, which takes ten instructions for the sake of -0. NaN stays.
  if (name == RELU) return v128.andnot(z, f32x4.lt(z, zero));
  return v128.bitselect(z, f32x4.mul(z, f32x4.splat(parameter)), f32x4.gt(z, zero));
}

// @ts-expect-error: decorator
@inline
function pullback(name: i32, da: v128, z: usize, a: usize, parameter: f32): v128 {
  const one = f32x4.splat(1);
  if (name == SIGMOID) {
    const y = v128.load(a);
    return f32x4.mul(f32x4.mul(da, y), f32x4.sub(one, y));
  }
  if (name == TANH) {
    const y = v128.load(a);
    return f32x4.mul(da, f32x4.sub(one, f32x4.mul(y, y)));
  }
  if (name == EXP) return f32x4.mul(da, v128.load(a));
  if (name == LOG1P) return f32x4.div(da, f32x4.add(one, v128.load(z)));
  if (name == ELU) return eluPullback4(da, v128.load(z), v128.load(a), parameter, 1);
  if (name == SELU) return eluPullback4(da, v128.load(z), v128.load(a), SELU_ALPHA, SELU_SCALE);
  if (name == GELU) return geluPullback4(da, v128.load(z));
  if (name == GELU_TANH) return geluTanhPullback4(da, v128.load(z));
  if (name == SILU) return siluPullback4(da, v128.load(z));
  if (name == SOFTPLUS) return f32x4.mul(da, sigmoid4(v128.load(z)));
  if (name == SOFTSIGN) return softsignPullback4(da, v128.load(z));
  const on = f32x4.gt(v128.load(z), f32x4.splat(0));
  if (name == RELU) return v128.and(da, on);
  return v128.bitselect(da, f32x4.mul(da, f32x4.splat(parameter)), on);
}

// @ts-expect-error: decorator
@inline
function forward(name: i32, a: usize, z: usize, length: usize, parameter: f32): void {
  for (; length >= 8; length -= 8) {
    const a0 = f(name, v128.load(z), parameter);
    const a1 = f(name, v128.load(z, 16), parameter);
    v128.store(a, a0);
    v128.store(a, a1, 16);
    a += 32;
    z += 32;
  }
  if (length >= 4) {
    v128.store(a, f(name, v128.load(z), parameter));
    a += 16;
    z += 16;
    length -= 4;
  }
  if (length) storePart(a, f(name, v128.load(z), parameter), length);
}

// @ts-expect-error: decorator
@inline
function gradient(name: i32, dz: usize, da: usize, z: usize, a: usize, length: usize, parameter: f32): void {
  for (; length >= 8; length -= 8) {
    const d0 = pullback(name, v128.load(da), z, a, parameter);
    const d1 = pullback(name, v128.load(da, 16), z + 16, a + 16, parameter);
    v128.store(dz, d0);
    v128.store(dz, d1, 16);
    dz += 32;
    da += 32;
    z += 32;
    a += 32;
  }
  if (length >= 4) {
    v128.store(dz, pullback(name, v128.load(da), z, a, parameter));
    dz += 16;
    da += 16;
    z += 16;
    a += 16;
    length -= 4;
  }
  if (length) storePart(dz, pullback(name, v128.load(da), z, a, parameter), length);
}

// Each is exported, and so stays a function of its own: what the compiler takes together asks in its loop which function it is.

export function sigmoid(a: usize, z: usize, length: usize, parameter: f32): void {
  forward(SIGMOID, a, z, length, parameter);
}
export function sigmoidGradient(dz: usize, da: usize, z: usize, a: usize, length: usize, parameter: f32): void {
  gradient(SIGMOID, dz, da, z, a, length, parameter);
}
export function tanh(a: usize, z: usize, length: usize, parameter: f32): void {
  forward(TANH, a, z, length, parameter);
}
export function tanhGradient(dz: usize, da: usize, z: usize, a: usize, length: usize, parameter: f32): void {
  gradient(TANH, dz, da, z, a, length, parameter);
}
export function relu(a: usize, z: usize, length: usize, parameter: f32): void {
  forward(RELU, a, z, length, parameter);
}
export function reluGradient(dz: usize, da: usize, z: usize, a: usize, length: usize, parameter: f32): void {
  gradient(RELU, dz, da, z, a, length, parameter);
}
export function leakyRelu(a: usize, z: usize, length: usize, parameter: f32): void {
  forward(LEAKY_RELU, a, z, length, parameter);
}
export function leakyReluGradient(dz: usize, da: usize, z: usize, a: usize, length: usize, parameter: f32): void {
  gradient(LEAKY_RELU, dz, da, z, a, length, parameter);
}
export function exp(a: usize, z: usize, length: usize, parameter: f32): void {
  forward(EXP, a, z, length, parameter);
}
export function expGradient(dz: usize, da: usize, z: usize, a: usize, length: usize, parameter: f32): void {
  gradient(EXP, dz, da, z, a, length, parameter);
}
export function log1p(a: usize, z: usize, length: usize, parameter: f32): void {
  forward(LOG1P, a, z, length, parameter);
}
export function log1pGradient(dz: usize, da: usize, z: usize, a: usize, length: usize, parameter: f32): void {
  gradient(LOG1P, dz, da, z, a, length, parameter);
}
export function elu(a: usize, z: usize, length: usize, parameter: f32): void {
  forward(ELU, a, z, length, parameter);
}
export function eluGradient(dz: usize, da: usize, z: usize, a: usize, length: usize, parameter: f32): void {
  gradient(ELU, dz, da, z, a, length, parameter);
}
export function selu(a: usize, z: usize, length: usize, parameter: f32): void {
  forward(SELU, a, z, length, parameter);
}
export function seluGradient(dz: usize, da: usize, z: usize, a: usize, length: usize, parameter: f32): void {
  gradient(SELU, dz, da, z, a, length, parameter);
}
export function gelu(a: usize, z: usize, length: usize, parameter: f32): void {
  forward(GELU, a, z, length, parameter);
}
export function geluGradient(dz: usize, da: usize, z: usize, a: usize, length: usize, parameter: f32): void {
  gradient(GELU, dz, da, z, a, length, parameter);
}
export function geluTanh(a: usize, z: usize, length: usize, parameter: f32): void {
  forward(GELU_TANH, a, z, length, parameter);
}
export function geluTanhGradient(dz: usize, da: usize, z: usize, a: usize, length: usize, parameter: f32): void {
  gradient(GELU_TANH, dz, da, z, a, length, parameter);
}
export function silu(a: usize, z: usize, length: usize, parameter: f32): void {
  forward(SILU, a, z, length, parameter);
}
export function siluGradient(dz: usize, da: usize, z: usize, a: usize, length: usize, parameter: f32): void {
  gradient(SILU, dz, da, z, a, length, parameter);
}
export function softplus(a: usize, z: usize, length: usize, parameter: f32): void {
  forward(SOFTPLUS, a, z, length, parameter);
}
export function softplusGradient(dz: usize, da: usize, z: usize, a: usize, length: usize, parameter: f32): void {
  gradient(SOFTPLUS, dz, da, z, a, length, parameter);
}
export function softsign(a: usize, z: usize, length: usize, parameter: f32): void {
  forward(SOFTSIGN, a, z, length, parameter);
}
export function softsignGradient(dz: usize, da: usize, z: usize, a: usize, length: usize, parameter: f32): void {
  gradient(SOFTSIGN, dz, da, z, a, length, parameter);
}

export function elementwise(name: i32, a: usize, z: usize, length: usize, parameter: f32): void {
  switch (name) {
    case SIGMOID: return sigmoid(a, z, length, parameter);
    case TANH: return tanh(a, z, length, parameter);
    case RELU:
      if (parameter == 0) return relu(a, z, length, parameter);
      return leakyRelu(a, z, length, parameter);
    case EXP: return exp(a, z, length, parameter);
    case LOG1P: return log1p(a, z, length, parameter);
    case ELU: return elu(a, z, length, parameter);
    case SELU: return selu(a, z, length, parameter);
    case GELU: return gelu(a, z, length, parameter);
    case GELU_TANH: return geluTanh(a, z, length, parameter);
    case SILU: return silu(a, z, length, parameter);
    case SOFTPLUS: return softplus(a, z, length, parameter);
    case SOFTSIGN: return softsign(a, z, length, parameter);
  }
}

export function elementwiseGradient(
  name: i32,
  dz: usize,
  da: usize,
  z: usize,
  a: usize,
  length: usize,
  parameter: f32,
): void {
  switch (name) {
    case SIGMOID: return sigmoidGradient(dz, da, z, a, length, parameter);
    case TANH: return tanhGradient(dz, da, z, a, length, parameter);
    case RELU:
      if (parameter == 0) return reluGradient(dz, da, z, a, length, parameter);
      return leakyReluGradient(dz, da, z, a, length, parameter);
    case EXP: return expGradient(dz, da, z, a, length, parameter);
    case LOG1P: return log1pGradient(dz, da, z, a, length, parameter);
    case ELU: return eluGradient(dz, da, z, a, length, parameter);
    case SELU: return seluGradient(dz, da, z, a, length, parameter);
    case GELU: return geluGradient(dz, da, z, a, length, parameter);
    case GELU_TANH: return geluTanhGradient(dz, da, z, a, length, parameter);
    case SILU: return siluGradient(dz, da, z, a, length, parameter);
    case SOFTPLUS: return softplusGradient(dz, da, z, a, length, parameter);
    case SOFTSIGN: return softsignGradient(dz, da, z, a, length, parameter);
  }
}

import { elementwiseNames } from '../reference/referenceElementwise.ts';
import { numberOf } from './wasmElementwise.ts';

/**
 * The loops over the functions of each number, in AssemblyScript: a forward pass and a gradient for each, whose formulas are
 * `NAMEForward(z, parameter)` and `NAMEPullback(da, z, a, parameter)` of `assembly/activations.ts`, and the dispatch to them by number. Two vectors
 * side by side may become one of 256 bits.
 *
 * Each loop is exported, and so stays a function of its own: what the compiler takes together asks in its loop which function it is.
 *
 * @returns a module that exports, beside the loops, `elementwise` and `elementwiseGradient`, which take the number of a function first
 */
export function elementwiseSource(): string {
  const dispatch = (call: (name: string) => string) =>
    elementwiseNames.map((name) => `case ${numberOf(name)}: ${call(name)}; break;`).join('\n');
  return `import { storePart } from './simd';
import { ${elementwiseNames.map((name) => `${name}Forward, ${name}Pullback`).join(', ')} } from './activations';
${elementwiseNames.map(loopsOf).join('\n')}
export function elementwise(f: i32, a: usize, z: usize, length: usize, parameter: f32): void {
switch (f) {
${dispatch((name) => `${name}(a, z, length, parameter)`)}
}
}
export function elementwiseGradient(f: i32, dz: usize, da: usize, z: usize, a: usize, length: usize, parameter: f32): void {
switch (f) {
${dispatch((name) => `${name}Gradient(dz, da, z, a, length, parameter)`)}
}
}
`;
}

function loopsOf(name: string): string {
  return `export function ${name}(a: usize, z: usize, length: usize, parameter: f32): void {
for (; length >= 8; length -= 8) {
  const a0 = ${name}Forward(v128.load(z), parameter);
  const a1 = ${name}Forward(v128.load(z, 16), parameter);
  v128.store(a, a0);
  v128.store(a, a1, 16);
  a += 32;
  z += 32;
}
if (length >= 4) {
  v128.store(a, ${name}Forward(v128.load(z), parameter));
  a += 16;
  z += 16;
  length -= 4;
}
if (length) storePart(a, ${name}Forward(v128.load(z), parameter), length);
}
export function ${name}Gradient(dz: usize, da: usize, z: usize, a: usize, length: usize, parameter: f32): void {
for (; length >= 8; length -= 8) {
  const d0 = ${name}Pullback(v128.load(da), z, a, parameter);
  const d1 = ${name}Pullback(v128.load(da, 16), z + 16, a + 16, parameter);
  v128.store(dz, d0);
  v128.store(dz, d1, 16);
  dz += 32;
  da += 32;
  z += 32;
  a += 32;
}
if (length >= 4) {
  v128.store(dz, ${name}Pullback(v128.load(da), z, a, parameter));
  dz += 16;
  da += 16;
  z += 16;
  a += 16;
  length -= 4;
}
if (length) storePart(dz, ${name}Pullback(v128.load(da), z, a, parameter), length);
}`;
}

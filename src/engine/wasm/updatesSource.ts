import { updateNames } from '../reference/referenceUpdates.ts';
import { argumentsOf } from './wasmUpdates.ts';

/**
 * The dispatch to the updates of optimizers, in AssemblyScript: each formula of `assembly/optimizers.ts` gets the vectors and numbers that
 * `referenceUpdates` declares, from where the task keeps them.
 *
 * @returns a module that exports `updatePart`, which makes the update of a number on a part of the vectors
 */
export function updatesSource(): string {
  const cases = updateNames.map((name, number) => {
    const { vectors, terms } = argumentsOf(name);
    if (vectors.length > 5 || terms.length > 8) throw new Error(`${name}: a task has room for 5 vectors and 8 numbers`);
    const places = vectors.map((_, i) => `vector(${i}, at)`);
    const numbers = terms.map((_, i) => `number(${i})`);
    return `case ${number}: ${name}(whole, bytes, ${[...places, ...numbers].join(', ')}); break;`;
  });
  return `import { ${updateNames.join(', ')} } from './optimizers';
import { number, vector } from './task';
@inline
function updateFrom(whole: bool, update: i32, at: usize, bytes: usize): void {
switch (update) {
${cases.join('\n')}
}
}
export function updatePart(update: i32, begin: usize, length: usize): void {
const whole = length & ~3;
updateFrom(true, update, begin << 2, whole << 2);
if (whole < length) updateFrom(false, update, (begin + whole) << 2, (length - whole) << 2);
}
`;
}

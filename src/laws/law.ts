/**
 * What must hold of a member, whatever it computes: a title, and a check that throws where it does not hold. Loop over them with any test
 * runner.
 *
 * @example for (const { name, run } of layerLaws(swish())) test(name, run);
 */
export interface Law {
  readonly name: string;
  run(): void | Promise<void>;
}

/** Laws in the order in which they are stated. */
export function statedLaws(): { readonly laws: Law[]; readonly law: (name: string, run: Law['run']) => void } {
  const laws: Law[] = [];
  return { laws, law: (name, run) => laws.push({ name, run }) };
}

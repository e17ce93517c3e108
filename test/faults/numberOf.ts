/** An argument of a test: `npx ava FILE -- --kills=200`. */
export function numberOf(name: string, otherwise: number): number {
  const argument = process.argv.find((each) => each.startsWith(`--${name}=`));
  return argument === undefined ? otherwise : Number(argument.split('=')[1]);
}

/** A string, a number, or a mark, of a text that is known to be JSON. */
const token = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|[{}[\],:]/g;

/**
 * Refuses what `JSON.parse` lets pass and a safetensors header must not have: a name that comes twice in one object, and a
 * number that is not written as a natural one.
 *
 * @param text JSON, already parsed without error
 * @throws SyntaxError that names the name or the number
 */
export function assertStrictJson(text: string): void {
  const open: (Set<string> | undefined)[] = [];
  let previous = '';
  for (const [mark] of text.matchAll(token)) {
    if (mark === '{') open.push(new Set());
    else if (mark === '[') open.push(undefined);
    else if (mark === '}' || mark === ']') open.pop();
    else if (mark[0] === '"') {
      const names = open.at(-1);
      // In an object, a string after a brace or a comma is a name.
      if (names && (previous === '{' || previous === ',')) {
        const name = JSON.parse(mark);
        if (names.has(name)) throw new SyntaxError(`the name ${mark} twice`);
        names.add(name);
      }
    } else if (mark !== ',' && mark !== ':' && !/^(0|[1-9]\d*)$/.test(mark)) {
      throw new SyntaxError(`the number ${mark}`);
    }
    previous = mark;
  }
}

import { OptionError } from '../../errors.ts';
import type { PartName } from './parts.ts';

/** A function that is being written, and what stands beside it. */
export interface Code {
  /** Statements of the function. */
  readonly lines: readonly string[];
  /** Declarations of constants. */
  readonly constants: readonly string[];
  /** The functions that are called. */
  readonly called: ReadonlySet<PartName>;
  line(text: string): void;
  /** Notes that a function is called, and gives its name. */
  call(name: PartName): PartName;
  /** A name for a constant. */
  constant(text: string): string;
  /** A name for an array of numbers; float32 ones are written as short as float32 needs them. */
  numbers(data: ArrayLike<number>): string;
}

/** @param most numbers that the file may have in all */
export function createCode(where: string, most: number): Code {
  const lines: string[] = [];
  const constants: string[] = [];
  const called = new Set<PartName>();
  let count = 0;
  const constant = (text: string): string => {
    const name = `c${constants.length}`;
    constants.push(`const ${name} = ${text};`);
    return name;
  };
  return {
    lines,
    constants,
    called,
    line: (text) => void lines.push(text),
    call(name) {
      called.add(name);
      return name;
    },
    constant,
    numbers(data) {
      count += data.length;
      if (count > most) {
        throw new OptionError({
          where,
          expected: `at most ${most} parameters, for one file of TypeScript`,
          received: 'more',
          hint: 'Export it as .onnx',
        });
      }
      const isDouble = data instanceof Float64Array;
      const texts = Array.from(data, isDouble ? (value) => `${Object.is(value, -0) ? '-0' : value}` : shortest);
      return constant(`new ${isDouble ? 'Float64Array' : 'Float32Array'}([${texts.join(', ')}])`);
    },
  };
}

/** The shortest text of a float32. */
function shortest(value: number): string {
  if (Object.is(value, -0)) return '-0';
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return `${short}`;
  }
  return `${Number(value.toPrecision(9))}`;
}

/** A number that is read as the same. */
export function literal(value: number): string {
  const text = Object.is(value, -0) ? '-0' : `${value}`;
  return value < 0 || Object.is(value, -0) ? `(${text})` : text;
}

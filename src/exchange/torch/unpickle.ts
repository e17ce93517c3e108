import { CheckpointError } from '../../errors.ts';

/** A function or a class that a pickle names, as `torch._utils._rebuild_tensor_v2`. */
export interface Global {
  readonly global: string;
}

/** The numbers that a tensor is a view of, before it is known what they are. */
export interface Storage {
  readonly storage: readonly Pickled[];
}

/** What a function has been called with. */
export interface Call {
  readonly call: string;
  readonly with: readonly Pickled[];
}

/** What a pickle of a state dict can hold. */
export type Pickled = null | boolean | number | string | Pickled[] | Map<string, Pickled> | Global | Storage | Call;

const MARK = Symbol('mark');

/** What may be named, and what becomes of a call of it: a new dict, or a note of what it was called with. Nothing is run. */
const globals: Readonly<Record<string, 'dict' | 'call' | 'name'>> = {
  'collections.OrderedDict': 'dict',
  'torch._utils._rebuild_tensor_v2': 'call',
  'torch._utils._rebuild_parameter': 'call',
  'torch.BFloat16Storage': 'name',
  'torch.DoubleStorage': 'name',
  'torch.FloatStorage': 'name',
  'torch.HalfStorage': 'name',
  'torch.IntStorage': 'name',
  'torch.LongStorage': 'name',
};

/**
 * Reads the pickle of a state dict. A pickle is a program: this one knows those instructions alone that dicts, texts, integers and tensors need, and refuses every other, and every
 * name that a state dict does not use.
 *
 * @param where the file, for errors
 * @throws CheckpointError with the instruction or the name that is refused
 * @see https://github.com/python/cpython/blob/3.11/Lib/pickletools.py
 */
export function unpickle(bytes: Uint8Array, where: string): Pickled {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stack: (Pickled | typeof MARK)[] = [];
  const memo = new Map<number, Pickled>();
  let at = 0;

  const refuse = (expected: string, received: string) =>
    new CheckpointError({
      where: `${where}: byte ${at}`,
      expected,
      received,
      hint: 'Save the parameters alone: torch.save(net.state_dict(), path)',
    });
  /** Moves on, and gives where it was. */
  function take(length: number): number {
    const begin = at;
    if (!(length >= 0) || begin + length > bytes.length) throw refuse('an instruction', 'the end: the pickle is cut');
    at += length;
    return begin;
  }
  const text = (length: number): string => {
    const begin = take(length);
    return new TextDecoder('utf-8').decode(bytes.subarray(begin, begin + length));
  };
  function line(): string {
    const end = bytes.indexOf(0x0a, at);
    if (end < 0) throw refuse('a line', 'the end: the pickle is cut');
    const found = text(end - at);
    at++;
    return found;
  }
  function pop(): Pickled {
    const value = stack.pop();
    if (value === undefined || value === MARK) throw refuse('a value', 'none');
    return value;
  }
  function top(): Pickled {
    const value = stack.at(-1);
    if (value === undefined || value === MARK) throw refuse('a value', 'none');
    return value;
  }
  function sinceMark(): Pickled[] {
    const begin = stack.lastIndexOf(MARK);
    if (begin < 0) throw refuse('a mark', 'none');
    const values = stack.splice(begin).slice(1);
    return values as Pickled[];
  }
  function setItems(items: readonly Pickled[]): void {
    const dict = top();
    if (!(dict instanceof Map) || items.length % 2 !== 0) throw refuse('a dict and pairs', 'something else');
    for (let i = 0; i < items.length; i += 2) {
      const key = items[i];
      if (typeof key !== 'string') throw refuse('names of tensors', typeof key);
      dict.set(key, items[i + 1]);
    }
  }
  function reduce(): Pickled {
    const given = pop();
    const callee = pop();
    const name = isGlobal(callee) ? callee.global : undefined;
    if (name !== undefined && globals[name] === 'dict' && Array.isArray(given) && given.length === 0) return new Map();
    if (name !== undefined && globals[name] === 'call' && Array.isArray(given)) return { call: name, with: given };
    throw refuse('a call that makes a dict or a tensor', `one of ${name ?? 'something else'}`);
  }
  function long(): number {
    const length = bytes[take(1)];
    const begin = take(length);
    if (length > 8) throw refuse('an integer of 8 bytes at most', `${length}`);
    let value = 0n;
    for (let i = 0; i < length; i++) value |= BigInt(bytes[begin + i]) << BigInt(8 * i);
    return Number(BigInt.asIntN(8 * length, value));
  }
  function remembered(index: number): Pickled {
    const value = memo.get(index);
    if (value === undefined) throw refuse('a value that was kept', 'none');
    return value;
  }

  for (;;) {
    const opcode = bytes[take(1)];
    switch (opcode) {
      case 0x80: // PROTO
        if (bytes[take(1)] > 4) throw refuse('a pickle of protocol 4 at most', 'a later one');
        break;
      case 0x2e: // STOP
        if (stack.length !== 1) throw refuse('one value at the end', `${stack.length}`);
        return pop();
      case 0x28: // MARK
        stack.push(MARK);
        break;
      case 0x4e: // NONE
        stack.push(null);
        break;
      case 0x88: // NEWTRUE
        stack.push(true);
        break;
      case 0x89: // NEWFALSE
        stack.push(false);
        break;
      case 0x4a: // BININT
        stack.push(view.getInt32(take(4), true));
        break;
      case 0x4b: // BININT1
        stack.push(bytes[take(1)]);
        break;
      case 0x4d: // BININT2
        stack.push(view.getUint16(take(2), true));
        break;
      case 0x8a: // LONG1
        stack.push(long());
        break;
      case 0x58: // BINUNICODE
        stack.push(text(view.getUint32(take(4), true)));
        break;
      case 0x7d: // EMPTY_DICT
        stack.push(new Map());
        break;
      case 0x29: // EMPTY_TUPLE
        stack.push([]);
        break;
      case 0x85: // TUPLE1
        stack.push([pop()]);
        break;
      case 0x86: // TUPLE2
        stack.push([pop(), pop()].reverse());
        break;
      case 0x87: // TUPLE3
        stack.push([pop(), pop(), pop()].reverse());
        break;
      case 0x74: // TUPLE
        stack.push(sinceMark());
        break;
      case 0x71: // BINPUT
        memo.set(bytes[take(1)], top());
        break;
      case 0x72: // LONG_BINPUT
        memo.set(view.getUint32(take(4), true), top());
        break;
      case 0x68: // BINGET
        stack.push(remembered(bytes[take(1)]));
        break;
      case 0x6a: // LONG_BINGET
        stack.push(remembered(view.getUint32(take(4), true)));
        break;
      case 0x63: {
        // GLOBAL
        const name = `${line()}.${line()}`;
        if (!Object.hasOwn(globals, name)) throw refuse('a state dict, which holds tensors alone', `the name ${name}`);
        stack.push({ global: name });
        break;
      }
      case 0x52: // REDUCE
        stack.push(reduce());
        break;
      case 0x51: {
        // BINPERSID
        const id = pop();
        if (!Array.isArray(id)) throw refuse('the numbers of a tensor', 'something else');
        stack.push({ storage: id });
        break;
      }
      case 0x73: // SETITEM
        setItems([pop(), pop()].reverse());
        break;
      case 0x75: // SETITEMS
        setItems(sinceMark());
        break;
      case 0x62: // BUILD: the versions of modules, which a state dict has beside its tensors
        pop();
        if (!(top() instanceof Map)) throw refuse('a dict', 'something else');
        break;
      default:
        throw refuse('an instruction that a state dict needs', `0x${opcode.toString(16).padStart(2, '0')}`);
    }
  }
}

export function isGlobal(value: Pickled): value is Global {
  return typeof value === 'object' && value !== null && 'global' in value;
}

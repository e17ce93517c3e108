import { env, InferenceSession, Tensor } from 'onnxruntime-web';
import type { ExportedModel } from '../../src/exchange.ts';

// One thread: a test needs no more, and threads would hold the process.
env.wasm.numThreads = 1;
env.logLevel = 'error';

/** Columns by name: numbers, NaN where there is none, or texts; or rows of numbers for a list. */
export type Columns = Readonly<Record<string, readonly (number | string | readonly number[])[]>>;

type Results = Readonly<Record<string, readonly (number | string | bigint | boolean)[]>>;

/** The last that was asked for: the runtime does one thing at a time. */
let before: Promise<unknown> = Promise.resolve();

/** Runs an exported model in ONNX Runtime, which is WebAssembly here. */
export function runOnnx(model: Pick<ExportedModel, 'bytes' | 'inputs'>, columns: Columns): Promise<Results> {
  const results = before.then(() => run(model, columns));
  before = results.catch(() => {});
  return results;
}

async function run(model: Pick<ExportedModel, 'bytes' | 'inputs'>, columns: Columns): Promise<Results> {
  const session = await InferenceSession.create(model.bytes);
  try {
    const feeds = Object.fromEntries(
      model.inputs.map(({ name, type, shape }) => {
        const values = columns[name] as readonly (number | string | readonly number[])[];
        const size = Number(shape[1]);
        return [name, tensorOf(type, values.flat(), [values.length, size])];
      }),
    );
    const outputs = await session.run(feeds);
    return Object.fromEntries(Object.entries(outputs).map(([name, { data, type }]) => [name, valuesOf(type, data)]));
  } finally {
    await session.release();
  }
}

function tensorOf(type: string, values: readonly unknown[], shape: readonly number[]): Tensor {
  if (type === 'string') return new Tensor('string', values as string[], shape);
  if (type === 'int64') return new Tensor('int64', BigInt64Array.from(values as number[], BigInt), shape);
  if (type === 'float') return new Tensor('float32', Float32Array.from(values as number[]), shape);
  return new Tensor('float64', Float64Array.from(values as number[]), shape);
}

function valuesOf(type: string, data: unknown): (number | string | bigint | boolean)[] {
  const values = [...(data as Iterable<number | string | bigint>)];
  return type === 'bool' ? values.map(Boolean) : values;
}

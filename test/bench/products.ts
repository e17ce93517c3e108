import { findBlas } from '../../src/engine/blas/findBlas.ts';
import { measureEngine } from '../../src/engine/measureEngine.ts';
import { engineNames, openEngine } from '../../src/engine/openEngine.ts';
import { measurePeak } from '../../src/engine/wasm/measurePeak.ts';
import { digits, type Section } from './report.ts';
import { type Contestant, stepper, takeTurns } from './turns.ts';

/** Rows, inner size and columns. */
const sizes = [
  [512, 1024, 1024],
  [128, 784, 256],
  [512, 64, 64],
  [64, 64, 128],
  [32, 64, 64],
] as const;
const forms = ['matmul', 'matmulTransposeB', 'matmulTransposeA'] as const;
type Size = (typeof sizes)[number];

/** The library without an engine around it: whole products, one thread. */
function libraryAlone([n, k, m]: Size): Contestant[] {
  const { sgemm, addressOf } = findBlas();
  const memory = new Float32Array(n * m + n * k + k * m).fill(0.5);
  const out = addressOf(new Uint8Array(memory.buffer));
  const [a, b] = [out + 4 * n * m, out + 4 * (n * m + n * k)];
  const call = (name: string, product: () => void) =>
    stepper(`library ${name}`, () => {
      product();
      // Or the memory would be collected: an address keeps nothing alive.
      return memory[0];
    });
  return [
    call('matmul', () => sgemm(false, false, n, m, k, a, k, b, m, 0, out, m)),
    call('matmulTransposeB', () => sgemm(false, true, n, m, k, a, k, b, k, 0, out, m)),
    call('matmulTransposeA', () => sgemm(true, false, n, m, k, a, n, b, m, 0, out, m)),
  ];
}

/** The products' speed: the plain one, with b transposed, with a transposed; that of the library alone; what `doctor` measures, and shares of its peak. */
export async function productSection({
  rounds,
  ms,
}: {
  readonly rounds: number;
  readonly ms: number;
}): Promise<Section> {
  const engines = engineNames
    .filter((name) => name !== 'reference')
    .map((name) => openEngine(name, { threads: 1 }))
    .filter(({ note }) => note === undefined);
  const rows: string[][] = [];
  const data: { engine: string; size: string; gflops: number[]; shares: number[] }[] = [];
  const peak = measurePeak();
  if (!peak) throw new Error('products: this runtime has no WebAssembly SIMD');
  const hasLibrary = engines.some(({ library }) => library !== undefined);
  for (const size of sizes) {
    const [n, k, m] = size;
    const contestants: Contestant[] = engines.flatMap(({ name, kernels, vector }) => {
      const [out, a, b] = [n * m, n * k, k * m].map(vector);
      kernels.fill(a, a.length, 0.5);
      kernels.fill(b, b.length, 0.25);
      return forms.map((form) => stepper(`${name} ${form}`, () => kernels[form](out, a, b, n, k, m)));
    });
    const alone = hasLibrary ? libraryAlone(size) : [];
    const times = await takeTurns([...contestants, ...alone], { rounds, ms });
    [...engines.map(({ name }) => name as string), ...(hasLibrary ? ['library alone'] : [])].forEach((name, i) => {
      const gflops = times.slice(3 * i, 3 * i + 3).map(({ median }) => (2e-9 * n * k * m) / median);
      const shares = gflops.map((each) => each / peak.gflops);
      rows.push([
        name,
        `${n} x ${k} x ${m}`,
        ...gflops.map((each, form) => `${digits(each)} (${(100 * shares[form]).toFixed(0)} %)`),
      ]);
      data.push({ engine: name, size: `${n}x${k}x${m}`, gflops, shares });
    });
  }
  const doctor = engines.map((engine) => `${engine.name} ${digits(measureEngine(engine).gflops)} GFLOPS`);
  return {
    title: "Products, GFLOPS on one thread (share of the machine's peak)",
    notes: [`doctor: the peak ${digits(peak.gflops)} GFLOPS with vectors of ${peak.bits} bits; ${doctor.join(', ')}`],
    head: ['engine', 'size', 'plain', 'b transposed', 'a transposed'],
    rows,
    data: { peak: { ...peak }, products: data },
  };
}

import { measureEngine } from '../../src/engine/measureEngine.ts';
import { engineNames, openEngine } from '../../src/engine/openEngine.ts';
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

/** The products' speed: the plain one, with b transposed, with a transposed; and what `doctor` measures. */
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
  const data: { engine: string; size: string; gflops: number[] }[] = [];
  for (const [n, k, m] of sizes) {
    const contestants: Contestant[] = engines.flatMap(({ name, kernels, vector }) => {
      const [out, a, b] = [n * m, n * k, k * m].map(vector);
      kernels.fill(a, a.length, 0.5);
      kernels.fill(b, b.length, 0.25);
      return forms.map((form) => stepper(`${name} ${form}`, () => kernels[form](out, a, b, n, k, m)));
    });
    const times = await takeTurns(contestants, { rounds, ms });
    engines.forEach(({ name }, i) => {
      const gflops = times.slice(3 * i, 3 * i + 3).map(({ median }) => (2e-9 * n * k * m) / median);
      rows.push([name, `${n} x ${k} x ${m}`, ...gflops.map(digits)]);
      data.push({ engine: name, size: `${n}x${k}x${m}`, gflops });
    });
  }
  const doctor = engines.map((engine) => `${engine.name} ${digits(measureEngine(engine).gflops)} GFLOPS`);
  return {
    title: 'Products, GFLOPS on one thread',
    notes: [`doctor: ${doctor.join(', ')}`],
    head: ['engine', 'size', 'plain', 'b transposed', 'a transposed'],
    rows,
    data,
  };
}

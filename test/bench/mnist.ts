/**
 * `node test/bench/mnist.ts FOLDER`: ten epochs of MNIST 784-100-100-10, Adam, batches of 200, in Millrace and in scikit-learn's
 * MLPClassifier, in turns. FOLDER holds the IDX files; `data/mnist/prepare.ts` must have been run. Ends with 1 where Millrace takes longer.
 *
 * Both from the files to the trained network: Millrace reads Parquet twice (to fit the scaling, and to train) and writes checkpoints,
 * scikit-learn reads the IDX files into an array and scales it. In brackets the seconds of training alone, where Millrace's still hold the
 * second reading.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROUNDS = 5;
const EPOCHS = 10;
/** Debian's, which has python3-sklearn. */
const python = process.env.PYTHON ?? '/usr/bin/python3';

interface Run {
  readonly seconds: number;
  readonly train: number;
  readonly error: number;
}

const folder = process.argv[2];
if (folder === undefined) {
  console.error(
    'usage: node test/bench/mnist.ts FOLDER, where FOLDER holds train-images-idx3-ubyte.gz and the other three',
  );
  process.exit(2);
}

/** The last line that a command prints, which is JSON. */
function json(command: string, args: readonly string[]): Record<string, unknown> {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error ?? stderr}`);
  return JSON.parse(stdout.trim().split('\n').at(-1) as string);
}

function millrace(): Run {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-mnist-'));
  try {
    const command = (...args: string[]) => json(process.execPath, ['src/cli/main.ts', ...args, '--json']);
    const run = command('train', 'pipelines/mnist.ts', '--epochs', `${EPOCHS}`, '--out', directory);
    const score = command('evaluate', run.checkpoint as string, 'data/mnist/build/test.parquet');
    const { accuracy } = score.metrics as { accuracy: number };
    const { train } = run.phases as { train: number };
    return { seconds: run.seconds as number, train, error: 1 - accuracy };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function scikitLearn(): Run {
  const { seconds, train, error } = json(python, ['test/bench/mnist.py', folder, `${EPOCHS}`]);
  return { seconds: seconds as number, train: train as number, error: error as number };
}

const times = { millrace: [] as number[], scikitLearn: [] as number[] };
for (let round = 0; round < ROUNDS; round++) {
  const [ours, theirs] = [millrace(), scikitLearn()];
  times.millrace.push(ours.seconds);
  times.scikitLearn.push(theirs.seconds);
  const shown = ({ seconds, train, error }: Run) =>
    `${seconds.toFixed(1)} s (${train.toFixed(1)} s), error ${(100 * error).toFixed(2)} %`;
  console.log(`millrace ${shown(ours)}   scikit-learn ${shown(theirs)}`);
}
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const ratio = median(times.scikitLearn) / median(times.millrace);
console.log(`medians: scikit-learn takes ${ratio.toFixed(2)} times as long`);
process.exitCode = ratio > 1 ? 0 : 1;

import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { exportModel } from '../../src/exchange.ts';
import { dense } from '../../src/index.ts';
import { codeBlocks } from '../docs/pages.ts';
import { temporaryFolder } from '../pipeline/run.ts';
import { layers } from './everyKind.ts';
import { made } from './madeNetwork.ts';

const rows = Array.from({ length: 20 }, (_, i) => Array.from({ length: 5 }, (_, j) => Math.sin(7 * i + j) * 3));

const forward = `
import sys
from load_weights import json, load, torch
torch.set_num_threads(1)
rows = torch.tensor(json.loads(sys.stdin.read()))
print(json.dumps([load(path)[0](rows).tolist() for path in sys.argv[1:]]))
`;

const python = ['/usr/bin/python3', 'python3'].find((each) => spawnSync(each, ['-c', 'import torch']).status === 0);

test('what docs/exporting.md shows loads every layer into PyTorch, where it gives the same', async (t) => {
  if (!python) return void t.pass('skipped: there is no Python with PyTorch, as Debian has it in python3-torch');
  t.timeout(300_000);
  const folder = await temporaryFolder(t);
  const block = codeBlocks('docs/exporting.md').find(({ title }) => title === 'load_weights.py');
  await writeFile(join(folder, 'load_weights.py'), block!.code);
  const networks = Object.values(layers).map((network) => made([...network, dense(3)]));
  const names = networks.map((_, i) => join(folder, `${i}`));
  for (const [i, network] of networks.entries()) await exportModel(network, `${names[i]}.safetensors`);
  const { status, stdout, stderr } = spawnSync(python, ['-c', forward, ...names], {
    encoding: 'utf8',
    cwd: folder,
    input: JSON.stringify(rows),
  });
  t.is(status, 0, stderr);
  const outputs: number[][][] = JSON.parse(stdout);
  for (const [i, name] of Object.keys(layers).entries()) {
    const expected = networks[i]!.forward(rows);
    for (const [row, values] of expected.entries()) {
      for (const [j, value] of values.entries()) {
        const given = outputs[i]![row]![j]!;
        t.true(Math.abs(given - value) <= 2e-6 * Math.max(1, Math.abs(value)), `${name}: ${given}, ${value}`);
      }
    }
  }
});

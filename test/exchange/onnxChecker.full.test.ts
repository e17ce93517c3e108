import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { exportModel } from '../../src/exchange.ts';
import { dense } from '../../src/index.ts';
import { temporaryFolder } from '../pipeline/run.ts';
import { everyFeature, layers, price, targets, trained } from './everyKind.ts';

/** Holds each file to what ONNX says of it, shapes and types among it. */
const check = `
import sys, onnx
for path in sys.argv[1:]:
    onnx.checker.check_model(onnx.load(path), full_check=True)
print(onnx.__version__, len(sys.argv) - 1)
`;

/** A Python that has ONNX: that of Debian's python3-onnx, or the first of the path. */
const python = ['/usr/bin/python3', 'python3'].find((each) => spawnSync(each, ['-c', 'import onnx']).status === 0);

test('every exported model is accepted by the checker of ONNX', async (t) => {
  if (!python) return void t.pass('skipped: there is no Python with ONNX, as Debian has it in python3-onnx');
  t.timeout(300_000);
  const folder = await temporaryFolder(t);
  const paths: string[] = [];
  const save = async (bytes: Uint8Array) => {
    const path = join(folder, `${paths.length}.onnx`);
    await writeFile(path, bytes);
    paths.push(path);
  };
  for (const network of Object.values(layers)) {
    const directory = await trained(t, { ...price, network: [...network, dense(1)] });
    await save((await exportModel(directory, 'onnx')).bytes);
  }
  for (const options of Object.values(targets)) {
    const calibrate = options.target.kind === 'regression' ? {} : { calibrate: 'platt' as const };
    const directory = await trained(t, { ...everyFeature, ...options, ...calibrate });
    for (const from of ['columns', 'features', 'encoded'] as const) {
      await save((await exportModel(directory, 'onnx', { from })).bytes);
    }
  }
  const { status, stdout, stderr } = spawnSync(python, ['-c', check, ...paths], { encoding: 'utf8' });
  t.is(status, 0, stderr);
  t.is(stdout.trim().split(' ')[1], `${paths.length}`);
  t.log(`ONNX ${stdout.trim().split(' ')[0]}, ${paths.length} models`);
});

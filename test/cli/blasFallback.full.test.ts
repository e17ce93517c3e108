import test from 'ava';
import { millrace, temporaryFolder } from '../pipeline/run.ts';

for (const asked of [[], ['--engine', 'blas']]) {
  test(`a run trains on the wasm engine, and says why once, where the library is broken: ${asked.join(' ') || 'no engine named'}`, async (t) => {
    const out = await temporaryFolder(t);
    const env = { MILLRACE_BLAS: '/nowhere/libbroken.so' };
    const { code, stdout, stderr } = await millrace(
      ['train', 'test/pipeline/small.ts', '--json', '--out', out, ...asked],
      { env },
    );
    t.is(code, 0, stderr);
    t.is(JSON.parse(stdout).engine, 'wasm');
    const lines = stderr.split('\n').filter((line) => line.includes('libbroken'));
    t.is(lines.length, 1, stderr);
    t.regex(JSON.parse(lines[0]).msg, /^wasm engine\. blas engine: \/nowhere\/libbroken\.so: expected .* got .*$/);
  });
}

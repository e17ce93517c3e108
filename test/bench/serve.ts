/**
 * `npx node --expose-gc test/bench/serve.ts [--rounds N] [--seconds S] [--connections C] [--swaps N] [RUN]`: requests a second of one row each for the
 * flights' model, beside a plain server that echoes the same body, in turns; and the same while the model is replaced again and again. Wants
 * Debian's `wrk`. RUN is the folder of a run of `pipelines/flights.ts`; without one it is trained.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import flights from '../../pipelines/flights.ts';
import { findCheckpoint } from '../../src/model/findCheckpoint.ts';
import { loadModel } from '../../src/model.ts';
import { serve } from '../../src/serve.ts';
import { trainCommand } from './command.ts';
import { asText, digits, machine, shown } from './report.ts';
import { spreadOf } from './turns.ts';

const { values, positionals } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '4' },
    connections: { type: 'string', default: '32' },
    swaps: { type: 'string', default: '50' },
  },
  allowPositionals: true,
});
const [rounds, seconds, connections, swaps] = [values.rounds, values.seconds, values.connections, values.swaps].map(
  Number,
) as [number, number, number, number];
const row = { date: '2026-12-24T18:30', distance: 733, origin: 'JFK', destination: 'ORD' };
const folder = await mkdtemp(join(tmpdir(), 'millrace-serve-'));
const children: ChildProcess[] = [];

/** What `wrk` measures of a server. */
interface Load {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly errors: number;
}

const script = join(folder, 'post.lua');
await writeFile(
  script,
  `wrk.method = "POST"\nwrk.headers["content-type"] = "application/json"\nwrk.body = '${JSON.stringify(row)}'\n` +
    'done = function(summary, latency)\n' +
    '  local e = summary.errors\n' +
    '  io.write(string.format("JSON{\\"perSecond\\":%f,\\"p50\\":%f,\\"p99\\":%f,\\"errors\\":%d}\\n", summary.requests / summary.duration * 1e6,' +
    ' latency:percentile(50) / 1000, latency:percentile(99) / 1000, e.connect + e.read + e.write + e.status + e.timeout))\n' +
    'end\n',
);

async function load(url: string, s = seconds): Promise<Load> {
  const child = spawn('wrk', ['-t1', `-c${connections}`, `-d${s}s`, '--latency', '-s', script, url]);
  let text = '';
  child.stdout.on('data', (part) => {
    text += part;
  });
  await once(child, 'close');
  return JSON.parse(/JSON(\{.*\})/.exec(text)?.[1] ?? '') as Load;
}

/** Starts a process, and gives the address that it prints. */
async function started(...args: string[]): Promise<string> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [line] = await once(createInterface(child.stdout), 'line');
  return /http:\/\/[\d.:]+/.exec(line)?.[0] ?? '';
}

try {
  execFileSync('wrk', ['-v'], { stdio: 'ignore' });
} catch (error) {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
    console.log('left out: wrk is not installed (apt-get install wrk)');
    process.exit(0);
  }
}

try {
  const run = positionals[0] ?? (await trainCommand('pipelines/flights.ts', 'wasm', join(folder, 'run'))).checkpoint;
  const file = await findCheckpoint(run);
  const command = [
    'src/cli/main.ts',
    'serve',
    `flights=${file}`,
    '--pipeline',
    'pipelines/flights.ts',
    '--port',
    '0',
    '--quiet',
  ];
  const echo = await started('test/bench/echo.ts');
  const plain = await started(...command);
  const logging = await started(...command, '--log', join(folder, 'asked'));
  const path = '/models/flights/predict';
  const servers = [
    ['node:http, echo', echo],
    ['serve', `${plain}${path}`],
    ['serve --log', `${logging}${path}`],
  ] as const;
  const loads = servers.map((): Load[] => []);
  for (const [, url] of servers) await load(url, 2);
  for (let round = 0; round < rounds; round++) {
    for (const [i, [, url]] of servers.entries()) loads[i]!.push(await load(url));
  }
  const ratios = loads.map((each) => spreadOf(each.map(({ perSecond }, i) => perSecond / loads[0]![i]!.perSecond)));
  const of = (each: readonly Load[], name: keyof Load) => shown(spreadOf(each.map((one) => one[name])));
  console.log(
    asText({
      title: `Requests of one row each, ${connections} connections`,
      notes: [
        Object.entries(machine())
          .map(([name, value]) => `${name} ${value}`)
          .join(', '),
      ],
      head: ['', 'requests/s', 'of the echo', 'p50, ms', 'p99, ms', 'errors'],
      rows: servers.map(([name], i) => [
        name,
        of(loads[i]!, 'perSecond'),
        shown(ratios[i]!),
        of(loads[i]!, 'p50'),
        of(loads[i]!, 'p99'),
        digits(loads[i]!.reduce((sum, { errors }) => sum + errors, 0)),
      ]),
      data: null,
    }),
  );
  for (const child of children.splice(0)) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  await swapUnderLoad(file);
} finally {
  for (const child of children) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
}

/** Replaces the model again and again while it is asked, and holds each answer to what its version predicts. */
async function swapUnderLoad(file: string): Promise<void> {
  const other = await findCheckpoint(await otherRun(file));
  const files = [file, other];
  const expected = new Map<string, number>();
  for (const each of files) {
    const model = await loadModel(each, { pipeline: flights, tell() {} });
    expected.set(model.hash.slice(0, 16), model.predictRow(row).probability as number);
    model.close();
  }
  const champion = join(folder, 'champion.safetensors');
  await copyFile(file, champion);
  const server = await serve({
    models: { flights: champion },
    load: (path) => loadModel(path, { pipeline: flights, tell() {} }),
    port: 0,
    followMs: 2 ** 31 - 1,
    log: (level, message) => level !== 'info' && console.error(message),
  });
  const url = `${server.url}/models/flights/predict`;
  const agent = new Agent({ keepAlive: true });
  const counts = { answers: 0, mixed: 0, errors: 0 };
  let isOver = false;
  const asking = Array.from({ length: 4 }, async () => {
    while (!isOver) {
      const { version, probability } = await ask(url, agent).catch(() => ({ version: '', probability: Number.NaN }));
      counts.answers++;
      if (version === '') counts.errors++;
      else if (expected.get(version) !== probability) counts.mixed++;
    }
  });
  const swap = async (number: number) => {
    await copyFile(files[number % 2]!, `${champion}.tmp`);
    await rename(`${champion}.tmp`, champion);
    await server.follow();
  };
  // What is compiled and pooled once is no part of what a swap takes.
  const warmUp = load(url, 8);
  for (let i = 1; i <= 100; i++) await swap(i);
  await warmUp;
  const before = held();
  const began = performance.now();
  const loads: Load[] = [];
  const wrk = (async () => {
    while (!isOver) loads.push(await load(url, 5));
  })();
  for (let i = 1; i <= swaps; i++) await swap(i);
  const passed = (performance.now() - began) / 1000;
  isOver = true;
  await Promise.all([...asking, wrk]);
  const after = held();
  const requests = server.answered();
  await server.close();
  agent.destroy();
  const errors = loads.reduce((sum, each) => sum + each.errors, 0);
  console.log(
    `${swaps} swaps in ${passed.toFixed(1)} s under load: ${digits(requests)} requests, ${errors + counts.errors} errors; ` +
      `${digits(counts.answers)} answers recomputed, ${counts.mixed} of another model than they say; ` +
      `${shown(spreadOf(loads.map(({ perSecond }) => perSecond)))} requests/s, p99 ${shown(spreadOf(loads.map(({ p99 }) => p99)))} ms; ` +
      `heap ${before.heap} MB before, ${after.heap} after, buffers ${before.buffers} and ${after.buffers}, resident ${before.resident} and ${after.resident}`,
  );
}

/** What the process holds, in MB, after a collection where one can be asked for. */
function held() {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  const mb = (bytes: number) => Math.round(bytes / 1e6);
  return { heap: mb(heapUsed), buffers: mb(arrayBuffers), resident: mb(rss) };
}

/** Another model of the same pipeline: an earlier checkpoint of the run. */
async function otherRun(file: string): Promise<string> {
  const names = (await readdir(dirname(file))).filter(
    (name) => name.endsWith('.safetensors') && name !== basename(file),
  );
  if (names.length === 0) throw new Error(`no other checkpoint beside ${file}`);
  return join(dirname(file), names.sort()[0]!);
}

function ask(url: string, agent: Agent): Promise<{ readonly version: string; readonly probability: number }> {
  return new Promise((resolve, reject) => {
    const body = JSON.stringify(row);
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const asked = request(url, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => {
        text += part;
      });
      response.on('end', () => {
        if (response.statusCode === 200) resolve(JSON.parse(text));
        else reject(new Error(text));
      });
    });
    asked.on('error', reject).end(body);
  });
}

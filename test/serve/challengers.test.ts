import { copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { files, parquet } from '../../src/index.ts';
import { loadModel } from '../../src/model.ts';
import { championsOf, type ServeOptions, serve, sharesOf } from '../../src/serve.ts';
import { temporaryFolder } from '../pipeline/run.ts';
import { ask, served, trained } from './served.ts';

const rows = Array.from({ length: 200 }, (_, id) => ({ a: Math.sin(id), b: id % 7, color: 'red', id }));

/** A server of two models for the same target, of which one challenges the other. */
async function challenged(t: ExecutionContext, options: Partial<ServeOptions> = {}) {
  const folder = await temporaryFolder(t);
  const places = [await trained(join(folder, '1'), 'late', 1), await trained(join(folder, '2'), 'late', 3)] as const;
  const [champion, challenger] = await Promise.all(places.map((path) => loadModel(path)));
  const { server, log } = await served(t, {
    models: { late: places[0] },
    challengers: { late: places[1] },
    ...options,
  });
  const version = (model: typeof champion) => `${model?.hash.slice(0, 16)}`;
  return {
    folder,
    server,
    log,
    champion: champion!,
    challenger: challenger!,
    versions: [version(champion), version(challenger)],
  };
}

async function metricsOf(server: Parameters<typeof ask>[0]): Promise<Record<string, number>> {
  const { text } = await ask(server, '/metrics');
  return Object.fromEntries(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
}

test('a shadow scores the rows that another answers, and is counted and written down beside it', async (t) => {
  const directory = join(await temporaryFolder(t), 'asked');
  const { server, champion, challenger, versions } = await challenged(t, { requestLog: { directory, keep: ['id'] } });
  const { json } = await ask(server, '/models/late/predict', rows);
  const [was, is] = [champion.predictRows(rows), challenger.predictRows(rows)];
  t.deepEqual(json.predictions, was);
  t.is(json.version, versions[0]!);
  const metrics = await metricsOf(server);
  t.is(metrics['millrace_shadow_rows_total{model="late"}'], 200);
  const differing = was.filter(({ predicted }, i) => predicted !== is[i]!.predicted).length;
  t.is(metrics['millrace_shadow_differences_total{model="late"}'] ?? 0, differing);
  const distance = was.reduce((sum, { probability }, i) => sum + Math.abs(probability! - is[i]!.probability!), 0);
  t.true(Math.abs(metrics['millrace_shadow_distance_total{model="late"}']! - distance) < 1e-9);
  t.is(metrics[`millrace_model_info{model="challenger of late",version="${versions[1]}"}`], 1);
  await server.close();
  t.is(server.logged!.written, 400);
  const written: Record<string, unknown>[] = [];
  const source = files(join(directory, 'late/*.parquet'), (path) => parquet(path));
  for await (const { records } of source.open({ signal: new AbortController().signal })) {
    written.push(...records.toArray().map((row) => row.toJSON()));
  }
  const of = (role: string) => written.filter(({ served_role }) => served_role === role);
  t.deepEqual(
    of('answer').map(({ served_probability }) => served_probability),
    was.map(({ probability }) => probability),
  );
  t.deepEqual(
    of('shadow').map(({ served_probability }) => served_probability),
    is.map(({ probability }) => probability),
  );
});

test('in a trial a value of the key is answered by the same model always, and the challenger has its share', async (t) => {
  const { server, champion, challenger, versions } = await challenged(t, { trial: { by: 'id', share: 0.3 } });
  const { json } = await ask(server, '/models/late/predict', rows);
  const models = new Map([
    [versions[0], champion],
    [versions[1], challenger],
  ]);
  t.is(json.version, versions.join('+'));
  const byId = new Map<number, string>();
  for (const [i, { version, ...prediction }] of json.predictions.entries()) {
    t.deepEqual(prediction, models.get(version)?.predictRow(rows[i]!));
    byId.set(i, version);
  }
  // Of 200 keys with a probability of 0.3, with a standard deviation of 6.5.
  const own = [...byId.values()].filter((version) => version === versions[1]).length;
  t.true(own > 35 && own < 85, `${own}`);
  for (const id of [0, 1, 2, 3, 4, 5, 6, 7]) {
    const answer = (await ask(server, '/models/late/predict', rows[id])).json;
    t.is(answer.version, byId.get(id)!);
    const pinned = {
      inputs: Object.entries(rows[id]!).map(([name, value]) => ({ name, shape: [1], datatype: 'FP64', data: [value] })),
    };
    const asked = await ask(server, `/v2/models/late/versions/${versions[0]}/infer`, pinned);
    t.is(asked.json.model_version, versions[0]!);
  }
  const lines = `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`;
  const { text } = await ask(server, '/models/late/predict', lines, { 'content-type': 'application/x-ndjson' });
  t.deepEqual(
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).version),
    [...byId.values()],
  );
  t.is((await ask(server, '/models/late/predict', { ...rows[0], id: null })).json.version, versions[0]!);
  const refused = await ask(
    server,
    '/models/late/predict',
    rows.map((row, i) => (i === 150 ? { ...row, a: 'x' } : row)),
  );
  t.is(refused.status, 422);
  t.is(refused.json.error.row, 150);
});

test('a challenger that cannot score what the champion can answers nobody, and is told of once', async (t) => {
  const folder = await temporaryFolder(t);
  const { server, log } = await challenged(t, {
    challengers: { late: await trained(folder, 'late') },
    load: async (path) => {
      const model = await loadModel(path);
      const predictRows: typeof model.predictRows = () => {
        throw new Error('cannot');
      };
      return path.startsWith(folder) ? { ...model, predictRows } : model;
    },
    trial: { by: 'id', share: 1 },
  });
  for (const row of rows.slice(0, 3)) t.is((await ask(server, '/models/late/predict', row)).status, 200);
  t.is((await metricsOf(server))['millrace_challenger_missed_rows_total{model="late",why="failed"}'], 3);
  t.is(log.length, 1);
  t.regex(log[0]!, /^warn: late: the challenger, version [0-9a-f]{16}: cannot$/);
});

test('a challenger of a job is followed, and is none any more when its alias is gone', async (t) => {
  const home = await temporaryFolder(t);
  const [first, second] = [await trained(join(home, '1'), 'late', 1), await trained(join(home, '2'), 'late', 3)];
  const folder = join(home, 'models', 'nightly');
  await mkdir(folder, { recursive: true });
  await copyFile(first, join(folder, 'champion.safetensors'));
  const { server } = await served(t, {
    models: championsOf(home),
    challengers: championsOf(home, 'challenger'),
    trial: { by: 'id', share: 1 },
  });
  const versionNow = async () => (await ask(server, '/models/nightly/predict', rows[0])).json.version;
  const versions = await Promise.all([first, second].map(async (path) => (await loadModel(path)).hash.slice(0, 16)));
  t.is(await versionNow(), versions[0]!);
  await copyFile(second, join(folder, 'new.tmp'));
  await rename(join(folder, 'new.tmp'), join(folder, 'challenger.safetensors'));
  await server.follow();
  t.is(await versionNow(), versions[1]!);
  await rm(join(folder, 'challenger.safetensors'));
  await server.follow();
  t.is(await versionNow(), versions[0]!);
});

test('the registry says which share a challenger answers, and is told of what could not take over', async (t) => {
  const home = await temporaryFolder(t);
  const [first, second] = [await trained(join(home, '1'), 'late', 1), await trained(join(home, '2'), 'late', 3)];
  const folder = join(home, 'models', 'nightly');
  await mkdir(folder, { recursive: true });
  await copyFile(first, join(folder, 'champion.safetensors'));
  await copyFile(second, join(folder, 'challenger.safetensors'));
  const refused: unknown[] = [];
  const { server, log } = await served(t, {
    models: championsOf(home),
    challengers: championsOf(home, 'challenger'),
    trial: { by: 'id', share: sharesOf(home) },
    onRefusal: ({ name, isChallenger, refusal }) => refused.push([name, isChallenger, refusal.name]),
  });
  const versions = await Promise.all([first, second].map(async (path) => (await loadModel(path)).hash.slice(0, 16)));
  const answering = async () => {
    await server.follow();
    const { json } = await ask(server, '/models/nightly/predict', rows);
    return [...new Set(json.predictions.map(({ version = json.version }) => version))];
  };
  t.deepEqual(await answering(), [versions[0]]);
  await writeFile(join(folder, 'shares.json'), '{"challenger":1}');
  t.deepEqual(await answering(), [versions[1]]);
  await writeFile(join(folder, 'shares.json'), '{"challenger":0.5}');
  t.is((await answering()).length, 2);
  for (const [text, message] of [
    ['{"challen', /shares of challengers: .*shares\.json: expected shares by alias, .*got '\{"challen'\. Those of/],
    ['null', /shares\.json: expected shares by alias, .*got 'null'/],
    ['{"challenger":5}', /nightly.*: expected a share above 0, at most 1, got 5\. Those of before stay/],
  ] as const) {
    await writeFile(join(folder, 'shares.json'), text);
    for (let look = 0; look < 3; look++) t.is((await answering()).length, 2);
    const lines = log.splice(0).filter((line) => line.includes('shares'));
    t.is(lines.length, 1, lines.join('\n'));
    t.regex(lines[0]!, message);
  }
  await rm(join(folder, 'shares.json'));
  t.deepEqual(await answering(), [versions[0]]);

  for (const alias of ['champion', 'challenger']) {
    await writeFile(join(folder, 'broken.tmp'), 'no model');
    await rename(join(folder, 'broken.tmp'), join(folder, `${alias}.safetensors`));
    t.deepEqual(await answering(), [versions[0]]);
  }
  t.deepEqual(refused, [
    ['nightly', false, 'CheckpointError'],
    ['nightly', true, 'CheckpointError'],
  ]);
});

test('a challenger of no model, and a trial without one, are refused', async (t) => {
  await t.throwsAsync(serve({ models: { late: 'x' }, challengers: { lat: 'y' } }), {
    message: 'serve: challengers: expected names of models: late, got lat. Did you mean late.',
  });
  await t.throwsAsync(serve({ models: { late: 'x' }, trial: { by: 'id', share: 0.5 } }), {
    message: 'serve: challengers: expected challengers, which answer in a trial, got none.',
  });
  await t.throwsAsync(serve({ models: { late: 'x' }, challengers: {}, trial: { by: 'id', share: 1.5 } }), {
    message: /serve: trial.share: expected/,
  });
});

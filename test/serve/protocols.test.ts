import { Validator } from '@seriousme/openapi-schema-validator';
import test from 'ava';
import { loadModel } from '../../src/model.ts';
import { ask, served } from './served.ts';

const rows = [
  { a: 0.5, b: 3, color: 'red' },
  { a: -1, b: null, color: 'never seen' },
];
const tensor = (name: string, datatype: string, data: readonly unknown[], shape = [data.length]) => ({
  name,
  datatype,
  data,
  shape,
});
const inputs = [
  tensor('a', 'FP32', [0.5, -1]),
  tensor('b', 'INT64', [[3], [null]], [2, 1]),
  tensor('color', 'BYTES', ['red', 'never seen']),
];

test('the Open Inference Protocol gives what predictRows gives, as tensors', async (t) => {
  const { server, folder } = await served(t);
  t.like((await ask(server, '/v2')).json, { name: 'millrace', extensions: [] });
  for (const name of ['late', 'kind', 'price']) {
    const model = await loadModel(`${folder}/${name}`);
    const expected = model.predictRows(rows);
    const version = model.hash.slice(0, 16);
    const metadata = (await ask(server, `/v2/models/${name}`)).json;
    t.deepEqual(metadata.inputs, [
      { name: 'a', datatype: 'FP64', shape: [-1] },
      { name: 'b', datatype: 'FP64', shape: [-1] },
      { name: 'color', datatype: 'BYTES', shape: [-1] },
    ]);
    t.deepEqual((await ask(server, `/v2/models/${name}/versions/${version}/ready`)).json, { name, ready: true });
    const { json } = await ask(server, `/v2/models/${name}/infer`, { id: 'one', inputs });
    const predicted = expected.map((each) => each.predicted);
    t.like(json, { model_name: name, model_version: version, id: 'one' });
    t.deepEqual(json.outputs[0], {
      name: 'predicted',
      datatype: { late: 'BOOL', kind: 'BYTES', price: 'FP64' }[name],
      shape: [2],
      data: predicted,
    });
    t.deepEqual(
      json.outputs.map((each: { name: string }) => each.name),
      metadata.outputs.map((each: { name: string }) => each.name),
    );
    t.is(json.outputs[0].datatype, metadata.outputs[0].datatype);
    if (name === 'late')
      t.deepEqual(
        json.outputs[1].data,
        expected.map(({ probability }) => probability),
      );
    if (name === 'kind')
      t.deepEqual(
        json.outputs[2].data,
        expected.map(({ probabilities }) => probabilities?.y),
      );
    model.close();
  }
});

test('tensors that do not fit are refused by name', async (t) => {
  const { server } = await served(t);
  const refused = async (body: object) => {
    const { status, json } = await ask(server, '/v2/models/late/infer', body);
    return `${status} ${json.error.message}`;
  };
  t.is(await refused({}), '400 expected inputs: a list of tensors, one for each column, got none');
  t.regex(
    await refused({ inputs: [{ name: 'a', data: [1] }] }),
    /^422 column 'a': expected a tensor \{ name, shape, datatype, data \}/,
  );
  t.is(
    await refused({ inputs: [tensor('a', 'FP64', [1]), tensor('b', 'FP64', [1, 2])] }),
    "422 column 'b': expected shape [1] and 1 values, got shape [2] and 2 values",
  );
  t.regex(await refused({ inputs: inputs.slice(0, 2) }), /^422 row 0, column 'color': expected a value for color/);
  t.is((await ask(server, '/v2/models/late/versions/1')).status, 404);
});

test('the four forms of MLflow give the same predictions', async (t) => {
  const { server } = await served(t);
  const expected = (await ask(server, '/models/kind/predict', rows)).json.predictions;
  const columns = ['a', 'b', 'color'] as const;
  const forms = [
    { dataframe_records: rows },
    { dataframe_split: { index: [0, 1], columns, data: rows.map((row) => columns.map((name) => row[name])) } },
    { instances: rows },
    { inputs: Object.fromEntries(columns.map((name) => [name, rows.map((row) => row[name])])) },
  ];
  for (const form of forms)
    t.deepEqual((await ask(server, '/models/kind/invocations', form)).json, { predictions: expected });
  t.is((await ask(server, '/ping')).status, 200);
  const { status, json } = await ask(server, '/invocations', forms[0]);
  t.is(status, 404);
  t.regex(json.error.message, /there are 3 models: ask one of \/models\/late\/invocations/);
  const refused = async (body: object) => (await ask(server, '/models/kind/invocations', body)).json.error.message;
  t.regex(await refused({ rows }), /expected one of dataframe_split, dataframe_records, instances, inputs, got/);
  t.is(await refused({ dataframe_split: { columns, data: [[1, 2]] } }), 'row 0: expected a list of 3 values, got 2');
  t.is(
    await refused({ inputs: { a: [1, 2], b: [1] } }),
    "column 'b': expected 2 values, as of the first column, got 1",
  );
});

test('openapi.json is valid, and has a row and a prediction for each model', async (t) => {
  const { server } = await served(t, { token: 'a-long-secret-token' });
  const { json } = await ask(server, '/openapi.json', undefined);
  t.is(json.error?.message, 'expected Authorization: Bearer TOKEN with the token of this server');
  const open = await served(t);
  const document = (await ask(open.server, '/openapi.json')).json;
  const { valid, errors } = await new Validator().validate(document);
  t.true(valid, JSON.stringify(errors));
  t.deepEqual(Object.keys(document.paths).slice(0, 3), [
    '/models/late/predict',
    '/models/kind/predict',
    '/models/price/predict',
  ]);
  const [row] = document.paths['/models/late/predict'].post.requestBody.content['application/json'].schema.oneOf;
  t.deepEqual(row.required, ['a', 'b', 'color']);
  t.deepEqual(row.properties.b.type, ['number', 'null']);
});

test('metrics count requests, rows and what was not known, under labels that no client makes', async (t) => {
  const { server } = await served(t);
  await ask(server, '/models/late/predict', rows);
  await ask(server, '/models/nothing/predict', rows);
  await ask(server, '/a/b?c=d');
  const { text, headers } = await ask(server, '/metrics');
  t.is(headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
  const lines = text.split('\n');
  for (const line of [
    'millrace_requests_total{route="/models/:name/predict",status="200"} 1',
    'millrace_requests_total{route="/models/:name/predict",status="404"} 1',
    'millrace_requests_total{route="none",status="404"} 1',
    'millrace_request_seconds_count{route="/models/:name/predict"} 2',
    'millrace_predictions_total{model="late"} 2',
    'millrace_missing_values_total{model="late",feature="b"} 1',
    'millrace_unseen_categories_total{model="late",feature="color"} 1',
  ]) {
    t.true(lines.includes(line), `${line}\n${text}`);
  }
});

test('the page at / runs nothing but its own script', async (t) => {
  const { server } = await served(t, { token: 'a-long-secret-token' });
  const { status, headers, text } = await ask(server, '/');
  t.is(status, 200);
  t.regex(
    headers.get('content-security-policy')!,
    /default-src 'none'; connect-src 'self'; style-src 'sha256-.*'; script-src 'sha256-/,
  );
  t.notRegex(text, /https?:\/\//);
});

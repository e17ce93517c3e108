import { loadModel } from './model.js';
import { parseTable, textOf } from './table.js';

const at = (id) => document.getElementById(id);
let model;
let table;
let results = [];

/** Rows that are shown; all are saved. */
const SHOWN = 50;

async function takeModel(from, name) {
  model?.close();
  model = await loadModel(from);
  const { target, columns } = model.schema;
  at('model').textContent = `${name} predicts ${target.column} from ${columns.map((column) => column.name).join(', ')}`;
}

/** @param from a file, or the response to a request for one */
async function takeTable(from, name) {
  if (!/\.parquet$/i.test(name)) {
    table = { ...parseTable(await from.text()), name };
    return;
  }
  const { readParquet } = await import('./parquet.js');
  table = { ...(await readParquet(await from.arrayBuffer())), name };
}

function predict() {
  if (!model || !table) return;
  const began = performance.now();
  const { columns, outputs } = model.schema;
  // A column that is not there is left out, so that the model names it.
  const there = columns.filter(({ name }) => table.names.includes(name));
  const rows = table.rows.map((row) =>
    Object.fromEntries(there.map((column) => [column.name, cellValue(column, row[column.name])])),
  );
  const predictions = model.predictRows(rows);
  results = predictions.map(({ predicted, probability, probabilities = {} }) => ({
    predicted,
    ...(probability !== undefined && { probability }),
    ...Object.fromEntries(Object.entries(probabilities).map(([name, share]) => [`probability_${name}`, share])),
  }));
  show(outputs);
  const ms = performance.now() - began;
  at('said').className = 'note';
  at('said').textContent =
    `${table.name}: ${rows.length} rows in ${ms.toFixed(1)} ms${rows.length > SHOWN ? `, the first ${SHOWN} are shown` : ''}`;
}

/** What stands in a cell, as the model takes it: text of CSV, or a value of Parquet. */
function cellValue({ kind, nullable }, text) {
  if (text === undefined || text === null) return null;
  if (typeof text === 'bigint') return Number(text);
  if (typeof text !== 'string') return text;
  if (text === '' || (nullable && /^(na|n\/a|null|nan)$/i.test(text))) return null;
  if (kind === 'number') return Number.isNaN(Number(text)) ? text : Number(text);
  if (kind === 'boolean') return /^(true|yes|1)$/i.test(text) ? true : /^(false|no|0)$/i.test(text) ? false : text;
  return text;
}

function show(outputs) {
  const names = [...outputs, ...table.names];
  const cells = (tag, values) => {
    const row = document.createElement('tr');
    for (const value of values) row.append(Object.assign(document.createElement(tag), { textContent: value }));
    return row;
  };
  const shown = (value) => (typeof value === 'number' ? String(Number(value.toPrecision(4))) : String(value));
  const lines = table.rows
    .slice(0, SHOWN)
    .map((row, i) =>
      cells('td', [...outputs.map((name) => shown(results[i][name])), ...table.names.map((name) => row[name])]),
    );
  at('table').replaceChildren(cells('th', names), ...lines);
  at('save').hidden = false;
}

async function take(files) {
  try {
    for (const file of files) {
      if (file.name.endsWith('.safetensors')) await takeModel(file, file.name);
      else await takeTable(file, file.name);
    }
    predict();
  } catch (error) {
    at('said').className = 'error';
    at('said').textContent = error.message;
  }
}

at('files').addEventListener('change', ({ target }) => take(target.files));
addEventListener('dragover', (event) => {
  event.preventDefault();
  at('drop').className = 'over';
});
addEventListener('dragleave', () => {
  at('drop').className = '';
});
addEventListener('drop', (event) => {
  event.preventDefault();
  at('drop').className = '';
  take(event.dataTransfer.files);
});
at('save').addEventListener('click', () => {
  const rows = table.rows.map((row, i) => ({ ...results[i], ...row }));
  const href = URL.createObjectURL(
    new Blob([textOf([...model.schema.outputs, ...table.names], rows)], { type: 'text/csv' }),
  );
  Object.assign(document.createElement('a'), {
    href,
    download: `predicted-${table.name.replace(/\.\w+$/, '')}.csv`,
  }).click();
  URL.revokeObjectURL(href);
});

try {
  await takeModel(new URL('penguins.safetensors', import.meta.url), 'penguins.safetensors');
  // `?table=name.parquet` begins with another one that lies beside the page.
  const name = new URLSearchParams(location.search).get('table') ?? 'penguins.csv';
  const response = await fetch(new URL(encodeURIComponent(name), import.meta.url));
  if (!response.ok) throw new Error(`${name}: the server says ${response.status}`);
  await takeTable(response, name);
  predict();
} catch (error) {
  at('said').className = 'error';
  at('said').textContent = error.message;
}

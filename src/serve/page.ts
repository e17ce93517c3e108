const style = `
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 20%, transparent); --accent: light-dark(#0b57d0, #8ab4f8); }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem } h2 { font-size: 1.2rem; margin: 0 }
section { border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; margin: 1rem 0 }
.note { opacity: .75; font-size: .875rem; margin: .25rem 0 1rem }
form { display: grid; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); gap: .75rem 1rem; align-items: end }
label { display: block; font-size: .875rem } label span { opacity: .75 }
input, select, button { font: inherit; width: 100%; box-sizing: border-box; padding: .4rem .5rem; border: 1px solid var(--line); border-radius: .3rem; background: Canvas; color: CanvasText }
button { background: var(--accent); color: Canvas; border-color: transparent; cursor: pointer }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px }
output { display: block; margin-top: 1rem } output strong { font-size: 1.5rem }
table { border-collapse: collapse } td { padding: .1rem 1rem .1rem 0 } meter { width: 12rem }
.error { color: light-dark(#b3261e, #f2b8b5) }
`;

const script = `
const main = document.querySelector('main');
let token = sessionStorage.getItem('token');
const make = (tag, properties = {}, ...parts) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...parts.filter((part) => part !== undefined));
  return element;
};
const ask = (path, options = {}) => fetch(path, { ...options, headers: { ...options.headers, ...(token && { authorization: 'Bearer ' + token }) } });
const digits = (value) => typeof value === 'number' ? String(Number(value.toPrecision(6))) : String(value);

function field(column, id) {
  const { name, kind, values, nullable } = column;
  const words = kind === 'timestamp' ? '2026-01-31T12:00' : kind === 'list' ? '1, 2, 3' : '';
  const input = kind === 'boolean'
    ? make('select', { id, name }, ...['', 'true', 'false'].map((value) => make('option', { value, textContent: value })))
    : make('input', { id, name, placeholder: words, autocomplete: 'off', inputMode: kind === 'number' ? 'decimal' : 'text' });
  const known = values && values.length > 0 ? make('datalist', { id: id + '-values' }, ...values.slice(0, 500).map((value) => make('option', { value: String(value) }))) : undefined;
  if (known) input.setAttribute('list', known.id);
  return make('label', { htmlFor: id }, name, make('span', { textContent: ' ' + (kind === 'any' ? 'value' : kind) + (nullable ? ', may be empty' : '') }), input, known);
}

function valueOf({ kind, values }, text) {
  if (text.trim() === '') return null;
  if (kind === 'string') return text;
  if (kind === 'list') return text.split(',').map(Number);
  if (kind === 'boolean') return text === 'true';
  if (kind === 'timestamp') return text;
  const number = Number(text);
  return Number.isNaN(number) ? text : number;
}

function answer(out, json, status) {
  out.replaceChildren();
  if (status !== 200) return out.append(make('p', { className: 'error', textContent: json.error.message }));
  const shares = json.probabilities ?? (json.probability === undefined ? {} : { probability: json.probability });
  const rows = Object.entries(shares).sort((a, b) => b[1] - a[1]).slice(0, 20).map(([name, share]) =>
    make('tr', {}, make('td', { textContent: name }), make('td', {}, make('meter', { min: 0, max: 1, value: share })), make('td', { textContent: digits(share) })));
  out.append(make('strong', { textContent: digits(json.predicted) }), make('table', {}, ...rows));
  const notes = [json.missing.length > 0 && 'Something stood in for: ' + json.missing.join(', '), json.unseen.length > 0 && 'Not seen in training: ' + json.unseen.join(', '), 'Version ' + json.version];
  out.append(make('p', { className: 'note', textContent: notes.filter(Boolean).join('. ') }));
}

function section({ name, version, since, schema }, i) {
  const out = make('output');
  const form = make('form', {}, ...schema.columns.map((column, k) => field(column, 'f' + i + '-' + k)), make('button', { textContent: 'Predict ' + schema.target.column }));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const row = Object.fromEntries(schema.columns.map((column) => [column.name, valueOf(column, form.elements.namedItem(column.name).value)]));
    const response = await ask('models/' + encodeURIComponent(name) + '/predict', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(row) });
    answer(out, await response.json(), response.status);
  });
  return make('section', {}, make('h2', { textContent: name }), make('p', { className: 'note', textContent: 'version ' + version + ', in service since ' + since }), form, out);
}

async function load() {
  const response = await ask('models');
  if (response.status === 401) {
    const input = make('input', { type: 'password', id: 'token' });
    const form = make('form', {}, make('label', { htmlFor: 'token' }, 'Token', input), make('button', { textContent: 'Go on' }));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      token = input.value;
      sessionStorage.setItem('token', token);
      load();
    });
    return main.replaceChildren(form);
  }
  const { models } = await response.json();
  main.replaceChildren(...(models.length > 0 ? models.map(section) : [make('p', { textContent: 'No model is in service yet.' })]));
}
load();
`;

/** The page at `/`: the models, a form for the columns of each, and what comes out. It loads nothing from elsewhere. */
export const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Models</title>
<style>${style}</style>
<body>
<h1>Models</h1>
<p class="note">Fill in a row, and see what a model predicts. Programs ask <code>POST /models/NAME/predict</code>; <a href="openapi.json">openapi.json</a> describes it.</p>
<main></main>
<script>${script}</script>
</body>
</html>
`;

/** @returns what stands between the tags, for the policy that lets nothing else run */
export function pageParts(): { readonly style: string; readonly script: string } {
  return { style, script };
}

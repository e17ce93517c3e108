import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { count } from '../format/figures.ts';
import { findCheckpoint } from '../model/findCheckpoint.ts';
import { loadSaved } from '../model/savedState.ts';
import { championsOf, sharesOf } from '../serve/championsOf.ts';
import { serve as serveModels } from '../serve/serve.ts';
import type { ModelPlaces } from '../serve/servedModels.ts';
import { createLogger } from '../sink/logger.ts';
import { type Command, UsageError } from './command.ts';
import { integerOf } from './integerOf.ts';
import { interruption } from './interruption.ts';
import { limitNewSpace } from './limitNewSpace.ts';
import { loadNamed } from './loadNamed.ts';
import { outputOptions, setOutput } from './output.ts';
import { parse } from './parse.ts';
import { shareOf } from './shareOf.ts';
import { withOperations } from './withOperations.ts';

/** `millrace serve`: models that answer over HTTP. */
export const serve: Command = {
  usage:
    'serve [NAME=]MODEL... | --home DIR [--port N] [--host ADDRESS] [--token-file FILE] [--log DIR] [--log-keep COLUMN,...] [--shadow [NAME=]MODEL]... [--by COLUMN [--share P]] [--pipeline FILE] [--json] [--quiet]',
  summary: 'serves models over HTTP, or the champions of all jobs in DIR, and picks up new versions',
  details: [
    'POST /models/NAME/predict takes a row, a list of rows, or lines of JSON; GET /models lists the models with their columns.',
    'A model whose file changes is loaded beside the old one and takes over; one that does not load leaves the old in service.',
    '--log writes what is asked and answered into Parquet files, with COLUMNs that tell later which label belongs to which row.',
    '--shadow has another MODEL predict for the same rows, without answering; with --home it is an alias, as challenger. With --by it answers',
    'for a share of the values of COLUMN: --share or, with --home, that which `millrace promote --share` has said last.',
    'Without a token file everybody who reaches the address may ask: it is 127.0.0.1, port 8080, unless you say otherwise.',
  ],
  async run(args) {
    const { values, positionals } = parse(
      args,
      {
        home: { type: 'string' },
        port: { type: 'string', default: '8080' },
        host: { type: 'string', default: '127.0.0.1' },
        'token-file': { type: 'string' },
        log: { type: 'string' },
        'log-keep': { type: 'string' },
        shadow: { type: 'string', multiple: true, default: [] },
        share: { type: 'string' },
        by: { type: 'string' },
        pipeline: { type: 'string' },
        ...outputOptions,
      },
      { least: 0, most: 1000, names: 'MODELs' },
    );
    const { home, host, pipeline } = values;
    if (positionals.length > 0 === (home !== undefined)) {
      throw new UsageError('expected MODELs or --home DIR, one of them');
    }
    const port = integerOf('--port', values.port, 0, 65_535);
    const token = values['token-file'] === undefined ? undefined : await tokenIn(values['token-file']);
    const keep = values['log-keep']?.split(',') ?? [];
    if (values.log === undefined && keep.length > 0) throw new UsageError('--log-keep needs --log DIR');
    const { shadow, share, by } = values;
    if (by === undefined && share !== undefined) throw new UsageError('--share needs --by COLUMN');
    if (by !== undefined && share === undefined && home === undefined) throw new UsageError('--by needs --share P');
    if (by !== undefined && shadow.length === 0) throw new UsageError('--by needs --shadow: the model that answers');
    limitNewSpace();
    setOutput(values);
    const { signal, end } = interruption();
    const log = createLogger();
    try {
      const models = home === undefined ? await named(positionals) : championsOf(home);
      const server = await serveModels({
        models,
        ...(shadow.length > 0 && { challengers: shadows(shadow, models, home) }),
        ...(by !== undefined && {
          trial: { by, share: share === undefined ? sharesOf(`${home}`, shadow[0]) : shareOf('--share', share) },
        }),
        ...(home !== undefined && {
          onRefusal: ({ name, isChallenger, refusal }) => {
            const alias = isChallenger ? `${shadow[0]}` : 'champion';
            const request = { job: name, alias, by: `millrace serve on ${hostname()}`, why: refusal.message };
            withOperations({ home }, (operations) => operations.refuse(request)).catch((error) =>
              log('warn', `${name}: the registry could not be told: ${error.message}`),
            );
          },
        }),
        load: (path) => loadNamed(path, pipeline, { tell: (line) => log('warn', line) }),
        host,
        port,
        ...(token !== undefined && { token }),
        ...(values.log !== undefined && { requestLog: { directory: values.log, keep } }),
        log,
      });
      const names = server.models().map(({ name }) => name);
      if (values.json) console.log(JSON.stringify({ url: server.url, models: names }));
      else console.log(`${server.url} answers for ${names.join(', ')}; try ${server.url}/models`);
      if (token === undefined && host !== '127.0.0.1' && host !== '::1' && host !== 'localhost')
        log('warn', `whoever reaches ${host} may ask: there is no --token-file`);
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      log('info', 'no more requests are taken; those that have come are answered');
      await server.close();
      log('info', `${count(server.answered())} requests were answered`);
      const { logged } = server;
      if (logged) {
        log('info', `${values.log}: ${count(logged.written)} rows were written down, ${count(logged.dropped)} dropped`);
      }
      return 0;
    } finally {
      end();
    }
  },
};

/** @throws UsageError where two have the same name */
async function named(models: readonly string[]): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const each of models) {
    const [given, path] = nameAndPath(each);
    const name = given ?? `${(await loadSaved(await findCheckpoint(path))).state.pipeline.name}`;
    if (Object.hasOwn(found, name)) {
      throw new UsageError(
        `two models are called ${name}: ${found[name]} and ${path}. Name one of them, as other=${path}`,
      );
    }
    found[name] = path;
  }
  return found;
}

/** @throws UsageError where it is not said whose shadow one is */
function shadows(given: readonly string[], models: ModelPlaces, home: string | undefined): ModelPlaces {
  if (typeof models === 'function' || home !== undefined) {
    if (given.length === 1) return championsOf(`${home}`, given[0]);
    throw new UsageError(`--shadow: expected one alias, as challenger, with --home, got ${given.length}`);
  }
  const names = Object.keys(models);
  return Object.fromEntries(
    given.map((each) => {
      const [name, path] = nameAndPath(each);
      if (name !== undefined || names.length === 1) return [name ?? names[0], path];
      throw new UsageError(`--shadow: expected ${names.map((one) => `${one}=${path}`).join(' or ')}, got ${each}`);
    }),
  );
}

function nameAndPath(each: string): readonly [name: string | undefined, path: string] {
  const [, name, path] = /^(?:([\w.-]+)=)?(.+)$/s.exec(each) as unknown as [string, string | undefined, string];
  return [name, path];
}

async function tokenIn(file: string): Promise<string> {
  const token = (
    await readFile(file, 'utf8').catch((error) => {
      throw new UsageError(`--token-file: ${error.message}`);
    })
  ).trim();
  if (token.length >= 16) return token;
  throw new UsageError(`--token-file: expected a token of at least 16 characters in ${file}, got ${token.length}`);
}

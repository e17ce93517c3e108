import { readFileSync } from 'node:fs';
import * as exchange from '../src/exchange.ts';
import * as explain from '../src/explain.ts';
import * as extend from '../src/extend.ts';
import * as index from '../src/index.ts';
import * as jobs from '../src/jobs.ts';
import * as model from '../src/model.ts';
import * as operators from '../src/operators.ts';
import * as serve from '../src/serve.ts';

const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly exports: Readonly<Record<string, { readonly default?: string }>>;
};

/** The entry points of the package and the source of each: `millrace`, `src/index.ts`. */
export const entryPoints: ReadonlyMap<string, string> = new Map(
  Object.entries(exports).flatMap(([name, target]) => {
    const source = /^\.\/dist\/(.+)\.js$/.exec(target.default ?? '')?.[1];
    return source === undefined ? [] : [[name.replace('.', 'millrace'), `src/${source}.ts`] as const];
  }),
);

/** All that the package exports. */
export const millrace = { ...index, ...operators, ...jobs, ...model, ...exchange, ...explain, ...serve, ...extend };

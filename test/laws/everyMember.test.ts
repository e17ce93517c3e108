import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import test from 'ava';
import { entryPoints } from '../entryPoints.ts';

/** The kinds of members, what functions that make them are declared to give, and the laws of the kind. */
const kinds = [
  { gives: /Layer/, laws: 'layerLaws' },
  { gives: /Initializer/, laws: 'initializerLaws' },
  { gives: /Loss/, laws: 'lossLaws' },
  { gives: /Metric(?:<.*>)?/, laws: 'metricLaws' },
  { gives: /Optimizer/, laws: 'optimizerLaws' },
  { gives: /Schedule/, laws: 'scheduleLaws' },
  { gives: /JobSchedule/, laws: 'jobScheduleLaws' },
  { gives: /Check/, laws: 'checkLaws' },
  { gives: /GradientTransform/, laws: 'gradientTransformLaws' },
  { gives: /(?:Promise<)?Source>?/, laws: 'sourceLaws' },
  { gives: /Derivation/, laws: 'derivationLaws' },
  { gives: /Sink/, laws: 'sinkLaws' },
  { gives: /(?:MonoType)?OperatorFunction<.*>/, laws: 'operatorLaws' },
];

interface Exported {
  readonly name: string;
  readonly gives: string;
}

/** Every function that the package exports, with the type that it is declared to give. */
const exported: readonly Exported[] = ['millrace', 'millrace/operators', 'millrace/jobs', 'millrace/model'].flatMap(
  (name) =>
    [...readFileSync(`${entryPoints.get(name)}`, 'utf8').matchAll(/^export \{([^}]*)\} from '([^']+)';/gm)].flatMap(
      ([, names, path]) => {
        const text = readFileSync(join('src', path), 'utf8');
        return names.split(',').flatMap((each) => {
          const name = each.trim();
          // From the name to the type that it gives, within one function.
          const gives = new RegExp(
            `^export (?:async )?function ${name}\\b(?:(?!\\n\\})[\\s\\S])*?\\): (.+) \\{$`,
            'm',
          ).exec(text);
          return gives ? [{ name, gives: gives[1] }] : [];
        });
      },
    ),
);

const tests: readonly { readonly path: string; readonly text: string }[] = readdirSync('test', { recursive: true })
  .map((path) => join('test', `${path}`))
  .filter((path) => path.endsWith('.test.ts') && basename(path) !== 'everyMember.test.ts')
  .map((path) => ({ path, text: readFileSync(path, 'utf8') }));

for (const { gives, laws } of kinds) {
  const members = exported.filter((each) => new RegExp(`^${gives.source}$`).test(each.gives));

  test(`each member that is exported is held to ${laws}`, (t) => {
    t.true(members.length > 0);
    for (const { name } of members) {
      const held = tests.some(({ text }) => lawsIn(text, laws).some((call) => new RegExp(`\\b${name}\\b`).test(call)));
      t.true(held, `${name} has no laws: no test has holdTo(test, ${laws}(...)) that names it`);
    }
  });
}

test('all laws that are exported are of a kind', async (t) => {
  const names = Object.keys(await import('../../src/laws.ts'));
  t.deepEqual(names.filter((name) => name.endsWith('Laws')).sort(), kinds.map(({ laws }) => laws).sort());
});

/** The statements that hold something to laws, each with the constants that it names. */
function lawsIn(text: string, laws: string): readonly string[] {
  const statements = text.split(/^(?=[^\s})])/m);
  const constants = new Map(
    statements.flatMap((each) =>
      [...each.matchAll(/^(?:const|function) (\w+)/g)].map(([, name]) => [name, each] as const),
    ),
  );
  return statements
    .filter((each) => new RegExp(`\\bholdTo\\([\\s\\S]*\\b${laws}\\(`).test(each))
    .map((each) =>
      [each, ...new Set(each.match(/\w+/g))].map((word, i) => (i === 0 ? word : constants.get(word))).join('\n'),
    );
}

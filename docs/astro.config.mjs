import { readFileSync } from 'node:fs';
import starlight from '@astrojs/starlight';
import { defineConfig, passthroughImageService } from 'astro/config';
import starlightTypeDoc, { typeDocSidebarGroup } from 'starlight-typedoc';

const { description, exports } = JSON.parse(readFileSync('../package.json', 'utf8'));

/** The source of each entry point that the package exports. */
const entryPoints = Object.values(exports)
  .map((target) => target.default?.replace(/^\.\/dist\/(.*)\.js$/, '../src/$1.ts'))
  .filter((path) => path?.endsWith('.ts'));

export default defineConfig({
  image: { service: passthroughImageService() },
  integrations: [
    starlight({
      title: 'Millrace',
      description,
      favicon: '/images/favicon.svg',
      plugins: [
        starlightTypeDoc({
          entryPoints,
          tsconfig: '../tsconfig.json',
          output: 'reference',
          sidebar: { label: 'Reference', collapsed: true },
          // The project compiles with TypeScript 7, whose API TypeDoc cannot use yet; `npm run types` finds the errors.
          typeDoc: {
            skipErrorChecking: true,
            disableSources: true,
            readme: 'none',
            entryFileName: 'index',
            sort: ['alphabetical'],
            sortEntryPoints: false,
            plugin: ['./reference.ts'],
            useCodeBlocks: true,
            parametersFormat: 'table',
          },
        }),
      ],
      sidebar: [
        {
          label: 'Guide',
          items: [
            'first-model',
            'streams',
            'sources',
            'preprocessing',
            'validation',
            'bad-rows',
            'networks',
            'training',
            'health',
            'seeing',
            'resuming',
            'using-a-model',
            'explaining',
            'exporting',
            'serving',
            'model-file',
            'retraining',
            'operators',
            'extending',
            'command-line',
          ],
        },
        { label: 'Recipes', items: [{ autogenerate: { directory: 'recipes' } }] },
        { label: 'Background', items: ['guarantees', 'mathematics', 'lessons', 'results', 'tables', 'performance'] },
        typeDocSidebarGroup,
      ],
    }),
  ],
});

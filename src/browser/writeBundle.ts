/** Writes `dist/browser/model.js`: run by `npm run build`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleModel } from './bundle.ts';

const folder = fileURLToPath(new URL('../../dist/browser/', import.meta.url));
mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}model.js`, await bundleModel('esm'));

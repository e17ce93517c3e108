/** Keeps what Node has compiled of the sources: each file of tests has a thread of its own, which loads most of them again. */
import { enableCompileCache } from 'node:module';

enableCompileCache('node_modules/.cache/node');

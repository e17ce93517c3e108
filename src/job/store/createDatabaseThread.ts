/** The thread that makes the folder of an embedded database, which takes seconds in which its thread does nothing else. */
import { workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';

const pglite = await PGlite.create(workerData as string);
await pglite.close();

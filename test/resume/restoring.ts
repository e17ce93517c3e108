import { train } from '../../src/index.ts';
import { type Places, pipelineOf, type ResumeCase } from './cases.ts';
import { follow } from './follow.ts';

/** What a process is asked to resume. */
export interface RestoreRequest {
  readonly cell: ResumeCase;
  /** Where the rows lie that `writeData` has written. */
  readonly data: Places;
  /** The folder of the run. */
  readonly directory: string;
}

/** What came of it. */
export interface Restored {
  readonly error?: string;
  /** The targets of the rows of each step, and its loss. */
  readonly targets: readonly (readonly number[])[];
  readonly losses: readonly number[];
  readonly parametersSha256: string;
  readonly rows: number;
}

/** Goes on with a run: with a pipeline and a source that are made for it, of nothing but the request and what is on the disk. */
async function restore({ cell, data, directory }: RestoreRequest): Promise<Restored> {
  const { sink, targets, losses } = follow();
  const pipeline = pipelineOf(cell, data);
  const { parametersSha256, rows } = await train(
    { ...pipeline, sinks: [...pipeline.sinks, sink] },
    { directory, resume: true },
  );
  return { targets, losses, parametersSha256, rows };
}

process.on('message', async (request: RestoreRequest) => {
  const nothing = { targets: [], losses: [], parametersSha256: '', rows: 0 };
  process.send!(await restore(request).catch((error): Restored => ({ ...nothing, error: `${error?.stack ?? error}` })));
});

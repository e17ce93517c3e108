import { identity, map, type Observable, tap } from 'rxjs';
import { miniBatch } from '../batch/miniBatch.ts';
import { shuffle } from '../batch/shuffle.ts';
import { splitRows } from '../batch/splitRows.ts';
import { deriveColumns } from '../preprocess/deriveColumns.ts';
import { encode } from '../preprocess/encode.ts';
import { backward } from '../train/backward.ts';
import { evaluate, type Score } from '../train/evaluate.ts';
import { forward } from '../train/forward.ts';
import { lossOf } from '../train/lossOf.ts';
import { update } from '../train/update.ts';
import type { Position, Step, Validation } from '../types.ts';
import type { Assembly } from './assemble.ts';

/** Memory for rows that are not shuffled: they only pass through. */
const streamWindowMB = 16;

/** The rows that are scored: those held out, or all of a source. */
export type Side = 'validation' | 'all';

/** Trains on the rows of an epoch from a position on: the chain that a declared pipeline stands for. */
export function trainEpoch(assembly: Assembly, from: Position): Observable<Step> {
  const { pipeline, gate, columns, preprocessor, engine, network, training, counting } = assembly;
  const { source, derive, split, batch: size, loss, optimizer, seed } = pipeline;
  const { layout } = preprocessor;
  const { epoch } = from;
  const window = pipeline.shuffle
    ? ({ memoryMB: pipeline.shuffle.memoryMB, order: 'shuffled' } as const)
    : ({ memoryMB: streamWindowMB, order: 'stream' } as const);
  return gate
    .open(source, { columns, from: from.cursor })
    .pipe(
      splitRows({ ...split, seed, side: 'training' }),
      deriveColumns(derive),
      tap(({ cursor }) => counting.mark(cursor)),
      encode(preprocessor, { counters: counting.counters }),
      shuffle({ ...window, layout, seed, epoch, from }),
      miniBatch({ size, engine, layout, gate, from }),
    )
    .pipe(forward(network), lossOf(loss, network), backward(network), update(network, optimizer, training));
}

/** Scores rows with the parameters as they are. */
export function scoreRows(assembly: Assembly, side: Side): Observable<Score> {
  const { pipeline, gate, columns, preprocessor, engine, network } = assembly;
  const { source, derive, split, batch: size, loss, seed } = pipeline;
  const { layout, target } = preprocessor;
  return gate
    .open(source, { columns })
    .pipe(
      side === 'all' ? identity : splitRows({ ...split, seed, side }),
      deriveColumns(derive),
      encode(preprocessor),
      shuffle({ memoryMB: streamWindowMB, order: 'stream', layout, seed, epoch: 0 }),
      miniBatch({ size, engine, layout, gate }),
      evaluate(network, loss, target),
    );
}

/** Scores the held-out rows after an epoch. */
export function validateEpoch(assembly: Assembly, epoch: number): Observable<Validation> {
  const kind = 'validation';
  return scoreRows(assembly, kind).pipe(
    map((score): Validation => ({ kind, step: assembly.training.step, epoch, ...score })),
  );
}

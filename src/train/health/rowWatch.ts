import type { Loss } from '../../loss/loss.ts';
import type { Network } from '../../network/network.ts';
import type { RowLayout } from '../../preprocess/types.ts';
import type { Step } from '../types.ts';
import { createInputWatch, type InputWatchState } from './constantInput.ts';
import type { Diagnosis } from './diagnosis.ts';
import { featureRange } from './featureRange.ts';
import { createFeatureWatch, type FeatureWatchState } from './featureWatch.ts';
import { orderedStream } from './orderedStream.ts';
import { createStreamOrder, type StreamOrderState } from './streamOrder.ts';
import { createTargetWatch, type TargetWatchState } from './targetWatch.ts';

/** What is remembered of the rows; plain JSON. */
export interface RowWatchState {
  readonly features: FeatureWatchState;
  readonly targets: TargetWatchState;
  readonly input: InputWatchState;
  /** Of the first steps, and of those after them. */
  readonly orders: readonly [early: StreamOrderState, late: StreamOrderState];
  readonly rows: number;
}

/** What is looked at in a step. */
export interface Look {
  /** Whether it is one of the first. */
  readonly isEarly: boolean;
  /** Whether the features and the units are looked at. */
  readonly looks: boolean;
  /** Whether a block of rows that come one after another may begin. */
  readonly begins: boolean;
}

/** Looks at what goes into the network, and what is to come out. */
export interface RowWatch {
  follow(step: Step, look: Look): void;
  /** What is wrong with the rows. */
  examine(): readonly Diagnosis[];
  /** Whether so many rows were seen, and so different ones, that it would show if it were they that are wrong. */
  readonly areKnown: boolean;
  snapshot(): RowWatchState;
  restore(state: RowWatchState): void;
}

const LEAST_ROWS = 32;

export function createRowWatch(network: Network, loss: Loss, layout: RowLayout | undefined): RowWatch {
  const features = createFeatureWatch(layout);
  const targets = createTargetWatch(network, loss, layout?.fields.find(({ kind }) => kind === 'target')?.name ?? 'y');
  const input = createInputWatch(layout);
  const orders = [createStreamOrder(layout), createStreamOrder(layout)] as const;
  let rows = 0;

  return {
    follow(step, { isEarly, looks, begins }) {
      rows += step.n;
      if (looks) features.look(step);
      targets.follow(step);
      input.look(step);
      orders[isEarly ? 0 : 1].look(step, begins);
    },
    examine() {
      const ordered = orders.map((order) => orderedStream(order.columns(), order.blocks, order.rows));
      return [
        ...featureRange(features.take()),
        ...targets.examine(),
        input.examine(),
        ordered.find((diagnosis) => diagnosis !== undefined),
      ].filter((diagnosis) => diagnosis !== undefined);
    },
    get areKnown() {
      return rows >= LEAST_ROWS && input.varies;
    },
    snapshot: () => ({
      features: features.snapshot(),
      targets: targets.snapshot(),
      input: input.snapshot(),
      orders: [orders[0].snapshot(), orders[1].snapshot()],
      rows,
    }),
    restore(state) {
      features.restore(state.features);
      targets.restore(state.targets);
      input.restore(state.input);
      for (const [i, order] of orders.entries()) order.restore(state.orders[i]);
      rows = state.rows;
    },
  };
}

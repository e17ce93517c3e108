import { definePipeline, type Pipeline, type Sink } from '../../src/index.ts';
import small from './small.ts';

/** Kills its own process after the step that the environment names. */
const kill: Sink = {
  name: 'kill',
  onError: 'stop',
  open: () => ({
    write(event) {
      if (event.kind === 'step' && `${event.step}` === process.env.KILL_AT) process.kill(process.pid, 'SIGKILL');
    },
    close() {},
  }),
};

/** The small pipeline with rows that are dealt to five buckets on disk. */
const spilled: Pipeline = definePipeline({
  ...small,
  name: 'spilled',
  shuffle: { memoryMB: 0.0021, spill: true },
  sinks: [...small.sinks, kill],
});

export default spilled;

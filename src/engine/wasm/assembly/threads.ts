/**
 * Work that is shared with helpers: other threads, each in an instance of its own over the same memory.
 *
 * The caller writes down a task, cut into parts, and publishes a ticket: the number of the task, and how many parts are still to be
 * taken. Whoever lowers the ticket by one has taken a part. The caller takes parts too, so that it never waits for a helper that sleeps or
 * was not given a processor, only for parts that are being worked on. A ticket that was lowered is proof that its task stands: the caller
 * writes the next one only when all parts are done.
 */
import { doPart } from './parts';
import { MEETING, useScratch } from './scratch';

/** `task << 16 | parts left`; in a cache line of its own, like each of these that is written often. */
const TICKET: usize = MEETING;
const DONE: usize = MEETING + 64;
const SLEEPERS: usize = MEETING + 128;
const CALLER_SLEEPS: usize = MEETING + 132;
const HELPERS: usize = MEETING + 136;
const HELPED: usize = MEETING + 192;

/** Looks at a number in memory, about 1 ns each, before a thread sleeps. */
const HELPER_LOOKS: i32 = 100000;
const CALLER_LOOKS: i32 = 50000;

/** Helpers that the next tasks are for. */
let invited: usize = 0;

/** Shares the tasks from now on with the helpers that have come, or with none. */
export function invite(all: bool): void {
  invited = all ? <usize>helpers() : 0;
}

/** Helpers that have come so far. */
export function helpers(): i32 {
  return atomic.load<i32>(HELPERS);
}

/** Threads that the next task is for. */
export function team(): usize {
  return 1 + invited;
}

/** Parts that were done by helpers, from the beginning; wraps. */
export function helped(): u32 {
  return atomic.load<u32>(HELPED);
}

/** Takes the next part of the task that stands; -1 where there is none. */
// @inline
function take(): i32 {
  let ticket = atomic.load<u64>(TICKET);
  while (ticket & 0xffff) {
    const seen = atomic.cmpxchg<u64>(TICKET, ticket, ticket - 1);
    if (seen === ticket) return <i32>(ticket & 0xffff) - 1;
    ticket = seen;
  }
  return -1;
}

/** Does the task that has been written down, and returns when it is done. */
export function share(parts: i32): void {
  atomic.store<i32>(DONE, 0);
  atomic.store<u64>(TICKET, (((atomic.load<u64>(TICKET) >> 16) + 1) << 16) | parts);
  if (atomic.load<i32>(SLEEPERS)) atomic.notify(TICKET, -1);

  let theirs = parts;
  for (let part = take(); part >= 0; part = take()) {
    doPart(part);
    theirs--;
  }
  for (let looks: i32 = 0; looks < CALLER_LOOKS; looks++) {
    if (atomic.load<i32>(DONE) === theirs) return;
  }
  atomic.store<i32>(CALLER_SLEEPS, 1);
  for (;;) {
    const done = atomic.load<i32>(DONE);
    if (done === theirs) break;
    atomic.wait<i32>(DONE, done, -1);
  }
  atomic.store<i32>(CALLER_SLEEPS, 0);
}

/** What a helper does, until its thread is ended. */
export function help(scratch: usize): void {
  useScratch(scratch);
  atomic.add<i32>(HELPERS, 1);
  let looks = 0;
  for (;;) {
    const part = take();
    if (part >= 0) {
      doPart(part);
      atomic.add<u32>(HELPED, 1);
      atomic.add<i32>(DONE, 1);
      if (atomic.load<i32>(CALLER_SLEEPS)) atomic.notify(DONE, 1);
      looks = 0;
    } else if (++looks >= HELPER_LOOKS) {
      const ticket = atomic.load<u32>(TICKET);
      atomic.add<i32>(SLEEPERS, 1);
      if (!(ticket & 0xffff)) atomic.wait<i32>(TICKET, ticket, -1);
      atomic.sub<i32>(SLEEPERS, 1);
      looks = 0;
    }
  }
}

import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { ExecutionContext } from 'ava';
import { declareJob } from '../../../src/job/scheduler/declareJob.ts';
import { sendNotifications } from '../../../src/job/scheduler/sendNotifications.ts';
import type { Database } from '../../../src/job/store/database.ts';
import { deleteOldNotifications, queueNotification } from '../../../src/job/store/notificationTable.ts';
import type { Job } from '../../../src/job/types.ts';
import { webhook } from '../../../src/jobs.ts';
import { onEachDatabase, type Place } from '../databases.ts';
import { handClock } from '../handClock.ts';
import { tinyJob } from '../jobFile.ts';

interface Heard {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Somebody who is told, and answers with these codes, the last again and again. */
async function listener(t: ExecutionContext, codes: readonly number[]) {
  const heard: Heard[] = [];
  const server = createServer(async (request, response) => {
    heard.push({ headers: request.headers, body: await text(request) });
    response.writeHead(codes[Math.min(heard.length, codes.length) - 1]).end('thanks');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const close = () => new Promise((resolve) => server.close(resolve));
  return { heard, close, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook/of-ann` };
}

async function benchOn(t: ExecutionContext, place: Place, job: Job) {
  const database = await place.open();
  await declareJob({ database, clock: handClock() }, { job, file: 'tiny.ts' });
  const logged: string[] = [];
  const sender = () =>
    sendNotifications({
      database,
      jobs: [{ job, file: 'tiny.ts' }],
      log: (level, message) => logged.push(`${level}: ${message}`),
      ended: () => {},
    });
  return {
    database,
    logged,
    sender,
    /** Looks, each time much later, until something is so. */
    async poll({ poll, idle }: ReturnType<typeof sender>, isSo: () => Promise<boolean>) {
      for (let looks = 0; !(await isSo()); looks++) {
        t.true(looks < 2000, logged.join('\n'));
        await database.query(`update millrace.notification set next_at = next_at - interval '100 s'`);
        await poll();
        await idle();
      }
    },
    tellOf: (run: number) =>
      database.transaction((sql) =>
        queueNotification(sql, {
          job: 'tiny',
          run,
          event: 'succeeded',
          at: 0,
          text: `run ${run}`,
          details: { extra: 1 },
        }),
      ),
  };
}

const isSent = (database: Database) => async () => {
  const [{ all }] = await database.query<{ all: boolean }>('select bool_and(sent) as all from millrace.notification');
  return all;
};

onEachDatabase('a body says what happened, and is signed', async (t, place) => {
  const { heard, url } = await listener(t, [204]);
  const job = tinyJob({ notify: webhook(url, { secret: 'key' }) });
  const { database, sender, poll, tellOf } = await benchOn(t, place, job);
  await tellOf(7);
  await poll(sender(), isSent(database));
  t.is(heard.length, 1);
  const { id, ...body } = JSON.parse(heard[0].body);
  t.deepEqual(body, {
    event: 'succeeded',
    job: 'tiny',
    run: 7,
    at: '1970-01-01T00:00:00.000Z',
    text: 'run 7',
    extra: 1,
  });
  const { headers } = heard[0];
  t.is(headers['millrace-id'], id);
  t.is(headers['content-type'], 'application/json');
  t.is(headers['millrace-signature'], `sha256=${createHmac('sha256', 'key').update(heard[0].body).digest('hex')}`);
});

onEachDatabase(
  'what was not answered with success is sent again with the same id, later each time, also by another process',
  async (t, place) => {
    const { heard, url } = await listener(t, [500, 404, 302, 200]);
    const job = tinyJob({ notify: webhook(url) });
    const { database, sender, poll, tellOf, logged } = await benchOn(t, place, job);
    await tellOf(1);
    const first = sender();
    await poll(first, async () => heard.length === 2);
    await first.stop();
    await poll(sender(), isSent(database));
    t.is(heard.length, 4);
    t.is(new Set(heard.map(({ headers }) => headers['millrace-id'])).size, 1);
    t.is(new Set(heard.map(({ body }) => body)).size, 1);
    t.is(heard[0].headers['millrace-signature'], undefined);
    t.true(logged.includes(`warn: ${new URL(url).host} was not notified: it answered 500`));
  },
);

onEachDatabase('somebody who never answers is given up in the end, and others are told meanwhile', async (t, place) => {
  const { url: nobody, close } = await listener(t, [200]);
  await close();
  const deaf = webhook(nobody);
  const { heard, url } = await listener(t, [200]);
  const { database, sender, poll, tellOf, logged } = await benchOn(t, place, tinyJob({ notify: [deaf, webhook(url)] }));
  await tellOf(1);
  const sending = sender();
  await poll(sending, async () => heard.length === 1);
  await database.query('update millrace.notification set attempts = 29 where not sent');
  await poll(sending, async () => logged.some((line) => line.startsWith('error')));
  t.regex(logged.at(-1) ?? '', /^error: 127\.0\.0\.1:\d+ was not notified, and will not be: .*ECONNREFUSED/);
  const open = await database.query('select attempts, given_up, sent from millrace.notification order by sent');
  t.like(open[0], { attempts: 30, given_up: true, sent: false });
});

onEachDatabase('somebody who does not answer, of whom much is to be told, holds up nobody else', async (t, place) => {
  const { url: nobody, close } = await listener(t, [200]);
  await close();
  const { heard, url } = await listener(t, [200]);
  const { database, sender, tellOf } = await benchOn(t, place, tinyJob({ notify: webhook(nobody) }));
  for (let run = 1; run <= 200; run++) await tellOf(run);
  const job = tinyJob({ notify: [webhook(nobody), webhook(url)] });
  await declareJob({ database, clock: handClock() }, { job, file: 'tiny.ts' });
  await tellOf(201);
  const sending = sendNotifications({ database, jobs: [{ job, file: '' }], log: () => {}, ended: () => {} });
  await sending.poll();
  await sending.idle();
  t.deepEqual(
    heard.map(({ body }) => JSON.parse(body).run),
    [201],
  );
  const [{ tried }] = await database.query(
    'select count(*) as tried from millrace.notification where attempts > 0 and not sent',
  );
  t.is(tried, 9);
  await sender().stop();
});

onEachDatabase('what was sent is forgotten after thirty days, what is open never', async (t, place) => {
  const { database, tellOf } = await benchOn(t, place, tinyJob({ notify: webhook('http://localhost/') }));
  for (let run = 1; run <= 4; run++) await tellOf(run);
  await database.script(`
    update millrace.notification set sent = true where run_id = 1;
    update millrace.notification set given_up = true where run_id = 2;
    update millrace.notification set created_at = now() - interval '31 days' where run_id < 4;
    update millrace.notification set sent = true where run_id = 4;
  `);
  await deleteOldNotifications(database);
  t.deepEqual(await database.query('select run_id as run from millrace.notification order by run'), [
    { run: 3 },
    { run: 4 },
  ]);
});

onEachDatabase('of several schedulers one sends, and the URL is nowhere in the database', async (t, place) => {
  const { heard, url } = await listener(t, [200]);
  const { database, sender, tellOf } = await benchOn(t, place, tinyJob({ notify: webhook(url) }));
  for (let run = 1; run <= 5; run++) await tellOf(run);
  const all = [sender(), sender(), sender(), sender()];
  await Promise.all(all.map(({ poll }) => poll()));
  await Promise.all(all.map(({ idle }) => idle()));
  t.is(heard.length, 5);
  t.is(new Set(heard.map(({ body }) => body)).size, 5);
  const rows = await database.query(
    `select to_jsonb(n)::text as row from millrace.notification n union all select to_jsonb(j)::text from millrace.job j`,
  );
  t.notRegex(JSON.stringify(rows), /of-ann/);
});

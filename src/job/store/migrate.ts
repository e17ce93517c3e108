import { ResumeError } from '../../errors.ts';
import type { Database } from './database.ts';
import { migrations } from './databaseSchema.ts';

/**
 * Brings the tables to what this version knows. Any number of processes may do so at once.
 *
 * @throws ResumeError where a newer version has been there
 */
export async function migrate(database: Database): Promise<void> {
  await database.transaction(async (sql) => {
    await sql.query(`select pg_advisory_xact_lock(hashtext('millrace.migration'))`);
    await sql.script(`
      create schema if not exists millrace;
      create table if not exists millrace.migration (number integer primary key, at timestamptz not null default now());
    `);
    const [{ last }] = await sql.query<{ last: number }>(
      'select coalesce(max(number), 0) as last from millrace.migration',
    );
    if (last > migrations.length) {
      throw new ResumeError({
        where: database.name,
        expected: `tables of version ${migrations.length} or before`,
        received: `version ${last}`,
        hint: 'A newer millrace has been there: use that one',
      });
    }
    for (const [i, statements] of migrations.entries()) {
      if (i < last) continue;
      await sql.script(statements);
      await sql.query('insert into millrace.migration (number) values ($1)', [i + 1]);
    }
  });
}

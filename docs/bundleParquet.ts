import { rolldown } from 'rolldown';

/** What reads Parquet in the page that predicts, in one file. */
export async function bundleParquet(): Promise<string> {
  const input = new URL('try/parquet.js', import.meta.url).pathname;
  const bundle = await rolldown({ input, platform: 'browser', logLevel: 'warn' });
  const { output } = await bundle.generate({ format: 'esm', minify: true });
  await bundle.close();
  return output[0].code;
}

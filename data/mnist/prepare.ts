/**
 * Turns the four IDX files of MNIST into two Parquet files in TARGET, data/mnist/build by default:
 *
 *   npx node data/mnist/prepare.ts FOLDER [TARGET]
 *
 * The files may be compressed by gzip or not: `train-images-idx3-ubyte.gz` and `train-images-idx3-ubyte` are both found.
 */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Field, FixedSizeList, makeData, RecordBatch, Schema, Struct, Table, tableToIPC, Uint8 } from 'apache-arrow';
import { Compression, Table as ParquetTable, WriterPropertiesBuilder, writeParquet } from 'parquet-wasm';
import { readIdx } from './readIdx.ts';

/** Rows of a row group: what a reader must hold at once, 4 MB of pixels. */
const ROW_GROUP_ROWS = 5_000;

const [, , folder, target = fileURLToPath(new URL('build', import.meta.url))] = process.argv;
if (folder === undefined) {
  console.error(
    'usage: npx node data/mnist/prepare.ts FOLDER [TARGET], where FOLDER holds train-images-idx3-ubyte.gz and the other three',
  );
  process.exit(2);
}
await mkdir(target, { recursive: true });
for (const [side, prefix] of [
  ['train', 'train'],
  ['test', 't10k'],
]) {
  const images = await readIdx(await find(folder, `${prefix}-images`));
  const labels = await readIdx(await find(folder, `${prefix}-labels`));
  const [rows, height, width] = images.shape;
  if (labels.shape[0] !== rows) throw new Error(`${side}: ${rows} images, but ${labels.shape[0]} labels`);
  const file = join(target, `${side}.parquet`);
  const bytes = toParquet(images.bytes, labels.bytes, height * width);
  await writeFile(file, bytes);
  console.log(`${side}: ${rows} images of ${height} x ${width}, ${(bytes.length / 1e6).toFixed(1)} MB in ${file}`);
}

/** The file in a folder whose name begins so. */
async function find(folder: string, prefix: string): Promise<string> {
  const names = (await readdir(folder)).filter((name) => name.startsWith(prefix));
  if (names.length > 0) return join(folder, names[0]);
  throw new Error(
    `${folder}: expected a file whose name begins with ${prefix}, as in train-images-idx3-ubyte.gz; got none`,
  );
}

/** A row an image: its pixels as a list of fixed size, and its label. */
function toParquet(pixels: Uint8Array, labels: Uint8Array, size: number): Uint8Array {
  const list = new FixedSizeList(size, new Field('item', new Uint8(), false));
  const schema = new Schema([new Field('pixels', list, false), new Field('label', new Uint8(), false)]);
  const items = makeData({ type: new Uint8(), data: pixels });
  const children = [
    makeData({ type: list, length: labels.length, nullCount: 0, child: items }),
    makeData({ type: new Uint8(), data: labels }),
  ];
  const records = new RecordBatch(
    schema,
    makeData({ type: new Struct(schema.fields), length: labels.length, nullCount: 0, children }),
  );
  const properties = new WriterPropertiesBuilder()
    .setCompression(Compression.ZSTD)
    .setMaxRowGroupSize(ROW_GROUP_ROWS)
    .build();
  return writeParquet(ParquetTable.fromIPCStream(tableToIPC(new Table(records), 'stream')), properties);
}

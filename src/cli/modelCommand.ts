import { stat } from 'node:fs/promises';
import { stripModel } from '../exchange/stripModel.ts';
import { count, digits } from '../format/figures.ts';
import { megabytes } from '../format/sizes.ts';
import { table } from '../format/table.ts';
import { findCheckpoint } from '../model/findCheckpoint.ts';
import { loadSaved } from '../model/savedState.ts';
import { type Command, UsageError } from './command.ts';
import { loadNamed } from './loadNamed.ts';
import { parse } from './parse.ts';

/** `millrace model`: what a model is, and a smaller file of it. */
export const model: Command = {
  usage: 'model MODEL | model strip MODEL [--to FILE] [--pipeline FILE] [--json]',
  summary:
    'shows what a model is and which columns it needs; strip writes a copy without the data that only training needs',
  details: [
    'A model is a checkpoint, or the folder of a run, whose latest it is. Without --to, strip writes NAME.safetensors here, by the name of the pipeline.',
    'What is stripped predicts, is evaluated and begins new runs as before; its own run cannot be resumed from it.',
    'Functions of the pipeline are taken from the file that declared it, or from --pipeline FILE.',
  ],
  async run(args) {
    const { values, positionals } = parse(
      args,
      { to: { type: 'string' }, pipeline: { type: 'string' }, json: { type: 'boolean', default: false } },
      { least: 1, most: 2, names: 'MODEL, or strip and MODEL' },
    );
    const [first, second] = positionals as [string, string | undefined];
    if (second === undefined && first === 'strip') throw new UsageError('model strip: expected MODEL, got nothing');
    if (second === undefined) {
      if (values.to !== undefined) throw new UsageError('--to is of model strip');
      await show(first, values);
      return 0;
    }
    if (first !== 'strip') throw new UsageError(`expected MODEL, or strip and MODEL, got ${first}`);
    if (values.pipeline !== undefined) throw new UsageError('--pipeline is not of model strip, which runs nothing');
    const path = await findCheckpoint(second, tell);
    const { name } = (await loadSaved(path)).state.pipeline;
    const done = await stripModel(path, values.to ?? `${name}.safetensors`);
    console.log(
      values.json
        ? JSON.stringify(done)
        : `${done.to}: ${megabytes(done.bytes, 2)} of ${megabytes(done.bytesBefore, 2)}; step ${count(done.step)}, sha256 ${done.hash.slice(0, 16)}, as before`,
    );
    return 0;
  },
};

const tell = (line: string) => console.error(`millrace: ${line}`);

async function show(
  named: string,
  { pipeline, json }: { readonly pipeline?: string; readonly json: boolean },
): Promise<void> {
  const path = await findCheckpoint(named, tell);
  const { state } = await loadSaved(path);
  const loaded = await loadNamed(path, pipeline, { tell });
  const { name, step, hash, schema, calibration } = loaded;
  const { size: bytes } = await stat(path);
  const isStripped = state.stripped === true;
  const threshold = schema.target.kind === 'binary' ? loaded.threshold : null;
  loaded.close();
  if (json) {
    const facts = {
      path,
      bytes,
      name,
      step,
      hash,
      version: state.version,
      stripped: isStripped,
      threshold,
      calibration,
    };
    console.log(JSON.stringify({ ...facts, ...schema }));
    return;
  }
  console.log(
    table([
      ['model', name],
      ['file', `${path}, ${megabytes(bytes, 2)}${isStripped ? ', stripped of what its training needs' : ''}`],
      ['sha256', hash],
      ['trained', `${count(step)} steps on ${count(state.rows)} rows, by millrace ${state.version}`],
      ['predicts', `${schema.target.column}, ${schema.target.kind}: ${schema.outputs.join(', ')}`],
      ...(threshold === null ? [] : [['threshold', digits(threshold, 4)]]),
      ...(calibration ? [['calibration', calibration.method]] : []),
    ]),
  );
  console.log('');
  console.log(
    table([
      ['column', 'holds', '', ''],
      ...schema.columns.map(({ name, kind, size, nullable, values, derives }) => [
        name,
        size === undefined ? kind : `${kind} of ${size}`,
        nullable ? 'may be missing' : 'is always there',
        [
          values && `${count(values.length)} values known`,
          derives && `${derives.join(', ')} ${derives.length === 1 ? 'comes' : 'come'} from it`,
        ]
          .filter(Boolean)
          .join('; '),
      ]),
    ]),
  );
}

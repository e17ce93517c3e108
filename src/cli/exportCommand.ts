import { exportModel } from '../exchange/exportModel.ts';
import type { ExportFrom } from '../exchange/onnx/onnxOf.ts';
import { count } from '../format/figures.ts';
import { table } from '../format/table.ts';
import { type Command, UsageError } from './command.ts';
import { parse } from './parse.ts';
import { shareOf } from './shareOf.ts';

/** `millrace export`: a model in a format that other programs run. */
export const exportCommand: Command = {
  usage: 'export MODEL --to FILE [--from columns|features|encoded] [--threshold P] [--json]',
  summary:
    'writes a model in a format of other programs, by the ending of FILE: .onnx, .ts, or .safetensors with a .json beside it',
  details: [
    '--from columns: the columns of the source go in, as they are; features: the columns of features, after derivation; encoded: what the network sees.',
    'What the format cannot express, as a function of the pipeline, is refused by its name: with --from features its result is what goes in.',
    '--threshold is the probability from which on the second of two classes is the label (that of the model).',
  ],
  async run(args) {
    const { values, positionals } = parse(
      args,
      {
        to: { type: 'string' },
        from: { type: 'string' },
        threshold: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
      { least: 1, most: 1, names: 'MODEL' },
    );
    const [named] = positionals as [string];
    const { to, from, threshold } = values;
    if (to === undefined) throw new UsageError('--to: expected a file to write, as model.onnx');
    const { bytes, inputs, outputs } = await exportModel(named, to, {
      ...(from !== undefined && { from: from as ExportFrom }),
      ...(threshold !== undefined && { threshold: shareOf('--threshold', threshold) }),
    });
    if (values.json) {
      console.log(JSON.stringify({ to, bytes: bytes.length, inputs, outputs }));
      return 0;
    }
    const line =
      (kind: string) =>
      ({ name, type, shape, about }: (typeof inputs)[number]) => [
        kind,
        name,
        `${type} [${shape.join(', ')}]`,
        about ?? '',
      ];
    if (inputs.length > 0) console.log(table([...inputs.map(line('in')), ...outputs.map(line('out'))]), '\n');
    console.log(`${to}: ${count(bytes.length)} bytes`);
    return 0;
  },
};

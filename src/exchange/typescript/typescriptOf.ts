import { OptionError } from '../../errors.ts';
import { savedDerivation } from '../../model/restoreDerivation.ts';
import type { SavedModel } from '../../model/savedModel.ts';
import { type ModelColumn, modelColumns } from '../../model/schema.ts';
import { neededDerivations, sourceColumns } from '../../preprocess/derive/sourceColumns.ts';
import { binaryLabels, type Fitted, type FittedTarget } from '../../preprocess/fit/fitted.ts';
import type { Calibration } from '../../train/answers/calibration.ts';
import { version } from '../../version.ts';
import { networkOf } from '../trainedNetwork.ts';
import { type Code, createCode, literal } from './code.ts';
import { derivedText } from './derivedText.ts';
import { encodeText } from './encodeText.ts';
import { layersText } from './layersText.ts';
import { partTexts } from './parts.ts';

/** More numbers than this are no small model: ten bytes of text each. */
const MOST_NUMBERS = 200_000;

/**
 * A model as one file of TypeScript that imports nothing: the type of a row, and `predict(row)`.
 *
 * @param from whether the columns of the source go in, or those of features
 * @throws OptionError where something of it is a function of the user's, or it is too large
 */
export function typescriptOf(
  where: string,
  saved: SavedModel,
  from: 'columns' | 'features',
  threshold: number,
): string {
  const fitted = saved.preprocessor.state as unknown as Fitted;
  const { layout } = saved.preprocessor;
  const features = fitted.features.map(({ name }) => name);
  const all = saved.derive.map(savedDerivation);
  const derivations = from === 'columns' ? neededDerivations(all, features) : [];
  const columns = modelColumns(
    fitted,
    derivations,
    from === 'columns' ? sourceColumns(all, features) : features,
    saved.types,
  );
  const network = networkOf(where, saved);
  const code = createCode(where, MOST_NUMBERS);

  const values = new Map<string, string>();
  for (const [i, column] of columns.entries()) {
    const name = `v${i}`;
    values.set(column.name, name);
    code.line(`const ${name} = ${givenText(code, column)};`);
  }
  const read = new Set([...features, ...derivations.flatMap((derivation) => derivation.columns)]);
  for (const derivation of derivations) {
    for (const [name, text] of derivedText(code, where, derivation, values)) {
      if (!read.has(name)) continue;
      const own = `v${values.size}`;
      code.line(`const ${own} = ${text};`);
      values.set(name, own);
    }
  }
  code.line(`const x = new Float64Array(${layout.width});`);
  for (const feature of fitted.features)
    encodeText(code, feature, layout, values.get(feature.name) as string, (name) =>
      network.tensor(`${name}.embedding.w`),
    );
  const z = layersText(code, network, 'x');
  answerText(code, where, saved, fitted.target, threshold, z);

  const rowType = columns.map((column) => `  readonly ${JSON.stringify(column.name)}: ${typeText(column)};`);
  return [
    `// ${JSON.stringify(saved.name)}, step ${saved.step}, sha256 ${saved.hash}: written by Millrace ${version}, not by hand.`,
    `/** What the model needs to know of a row. */\nexport interface Row {\n${rowType.join('\n')}\n}`,
    `/** What it says: of ${comment(fitted.target.column)}. */\nexport interface Prediction {\n${predictionType(fitted.target)}\n}`,
    `/**\n * @throws RangeError where a value is missing and nothing stands in for it, or cannot be used\n * @throws TypeError where one is of another kind\n */\nexport function predict(row: Row): Prediction {\n${code.lines.map((line) => `  ${line}`).join('\n')}\n}`,
    ...code.constants,
    ...partTexts(code.called),
    '',
  ]
    .join('\n\n')
    .trimEnd()
    .concat('\n');
}

/** No end of a comment is within it. */
function comment(text: string): string {
  return JSON.stringify(text).replaceAll('*/', '* /');
}

const typeOfKind: Readonly<Record<ModelColumn['kind'], string>> = {
  number: 'number',
  boolean: 'boolean',
  string: 'string',
  timestamp: 'Date | number',
  list: 'readonly (number | null)[]',
  any: 'number',
};

function typeText({ kind, nullable }: ModelColumn): string {
  return nullable ? `${typeOfKind[kind]} | null` : typeOfKind[kind];
}

function givenText(code: Code, { name, kind, size, nullable }: ModelColumn): string {
  const value = `row[${JSON.stringify(name)}]`;
  const isRight = {
    timestamp: `typeof ${value} === 'number' || ${value} instanceof Date`,
    list: `Array.isArray(${value})${size === undefined ? '' : ` && ${value}.length === ${size}`}`,
    any: `typeof ${value} === 'number'`,
    number: `typeof ${value} === 'number'`,
    boolean: `typeof ${value} === 'boolean'`,
    string: `typeof ${value} === 'string'`,
  }[kind];
  const given = `${code.call('given')}(${JSON.stringify(name)}, ${value}, ${isRight}, ${nullable})`;
  return kind === 'timestamp' ? `${code.call('milliseconds')}(${given})` : given;
}

function predictionType(target: FittedTarget): string {
  if (target.kind === 'regression') return '  readonly predicted: number;';
  if (target.kind === 'binary') {
    const labels = binaryLabels(target).map((each) => JSON.stringify(each));
    const second = labels[1];
    return `  readonly predicted: ${target.type === 'boolean' ? 'boolean' : labels.join(' | ')};\n  /** That it is ${second}. */\n  readonly probability: number;`;
  }
  const classes = target.values.map((value) => JSON.stringify(value)).join(' | ');
  return `  readonly predicted: ${classes};\n  /** By the name of the class. */\n  readonly probabilities: Readonly<Record<string, number>>;`;
}

function answerText(
  code: Code,
  where: string,
  saved: SavedModel,
  target: FittedTarget,
  threshold: number,
  z: string,
): void {
  const { name } = saved.loss;
  const { calibration } = saved.answers;
  const first = `(${z}[0] as number)`;
  if (target.kind === 'regression') {
    checkLoss(where, name, ['meanSquaredError', 'meanAbsoluteError', 'huber', 'quantile', 'poisson']);
    const p = name === 'poisson' ? `Math.exp(Math.min(${first}, 60))` : first;
    code.line(`return { predicted: ${p} * ${literal(target.deviation)} + ${literal(target.mean)} };`);
    return;
  }
  if (target.kind === 'binary') {
    checkLoss(where, name, ['binaryCrossEntropy', 'hinge']);
    code.line(`const probability = ${changed(code, calibration, `${code.call('logistic')}(${first})`, 0, 1)};`);
    const isSecond = `probability >= ${literal(threshold)}`;
    const [no, yes] = binaryLabels(target).map((each) => JSON.stringify(each));
    code.line(`return { predicted: ${no === 'false' ? isSecond : `${isSecond} ? ${yes} : ${no}`}, probability };`);
    return;
  }
  checkLoss(where, name, ['crossEntropy']);
  const plain = `${code.call('softmax')}(${z})`;
  if (!calibration) code.line(`const p = ${plain};`);
  else {
    code.line(`const q = ${plain};`);
    const each = target.values.map((_, c) =>
      changed(code, calibration, `(q[${c}] as number)`, c, target.values.length),
    );
    code.line(`const p = ${code.call('shares')}(Float64Array.of(${each.join(', ')}));`);
  }
  const names = code.constant(`${JSON.stringify(target.values)} as const`);
  code.line(`const probabilities = Object.fromEntries(${names}.map((name, c) => [\`\${name}\`, p[c] as number]));`);
  code.line(`return { predicted: ${names}[${code.call('best')}(p)] as Prediction['predicted'], probabilities };`);
}

/** A probability after it is recalibrated. */
function changed(code: Code, calibration: Calibration | null, p: string, c: number, outputs: number): string {
  if (!calibration) return p;
  if (calibration.method === 'platt') {
    const { slopes, intercepts } = calibration;
    return `${code.call('logistic')}(${literal(slopes[c])} * ${code.call('logit')}(${p}) + ${literal(intercepts[c])})`;
  }
  if (calibration.method === 'isotonic') {
    const { from, to } = calibration.curves[c];
    return `${code.call('curve')}(${code.constant(JSON.stringify(from))}, ${code.constant(JSON.stringify(to))}, ${p})`;
  }
  const temperature = literal(calibration.temperature);
  return outputs === 1
    ? `${code.call('logistic')}(${code.call('logit')}(${p}) / ${temperature})`
    : `${p} ** (1 / ${temperature})`;
}

function checkLoss(where: string, name: unknown, known: readonly string[]): void {
  if (known.includes(`${name}`)) return;
  throw new OptionError({
    where: `${where}: loss ${name}`,
    expected: `a loss of Millrace, which says what an output stands for: ${known.join(', ')}`,
    received: 'one of your own',
  });
}

import { Bool, type Data, Field, Float64, makeData, Utf8 } from 'apache-arrow';
import { OptionError } from '../errors.ts';
import { integer } from '../options/bounds.ts';
import { checkOption } from '../options/checkOptions.ts';
import { numberColumn } from '../preprocess/encode/numberColumn.ts';
import type { PreprocessorTarget } from '../preprocess/encode/preprocessor.ts';
import { binaryLabels, type FittedTarget } from '../preprocess/fit/fitted.ts';
import type { Category } from '../source/column/categoryTable.ts';

/** What a model says of one row. */
export interface Prediction {
  /** The class, in the label's own type, or the number in the target's unit. */
  readonly predicted: Category;
  /** Of a target of two classes: the probability of the second, `true` or 1. */
  readonly probability?: number;
  /** Of more classes: the probability of each. */
  readonly probabilities?: Readonly<Record<string, number>>;
  /** Of more classes, where it is asked for: the most probable ones, the first of equals before the others. */
  readonly top?: readonly TopClass[];
}

/** A class and its probability. */
export interface TopClass {
  readonly predicted: Category;
  readonly probability: number;
}

/** Turns what the network and its loss give, `p [n, outputs]`, into predictions. */
export interface Answers {
  /** The columns of a prediction. */
  readonly names: readonly string[];
  /** @param top so many of the most probable classes are given beside all */
  row(p: Float64Array, at: number, top?: number): Prediction;
  fields(): Field[];
  /** @param p is kept: it is nobody else's */
  columns(p: Float64Array, n: number): Data[];
  /**
   * Answers whose columns are the most probable classes in place of all.
   *
   * @throws OptionError where there are no such
   */
  ofTop(k: number): Pick<Answers, 'names' | 'fields' | 'columns'>;
}

/**
 * @param threshold of a target of two classes: the probability from which on the second is predicted
 */
export function createAnswers(target: PreprocessorTarget, fitted: FittedTarget, threshold: number): Answers {
  if (fitted.kind === 'classes') return classAnswers(fitted.values);
  if (fitted.kind === 'binary') return binaryAnswers(binaryLabels(fitted), threshold);
  return numberAnswers(target);
}

/** @throws OptionError where there are no more than two classes */
function noTop(kind: string): () => never {
  return () => {
    throw new OptionError({
      where: 'predict: top',
      expected: 'a model of classes, of which it gives the most probable ones',
      received: `one of a ${kind} target`,
    });
  };
}

function numberAnswers({ mean = 0, deviation = 1 }: PreprocessorTarget): Answers {
  const inUnit = (p: number) => p * deviation + mean;
  return {
    names: ['predicted'],
    row: (p, at) => ({ predicted: inUnit(p[at]) }),
    fields: () => [new Field('predicted', new Float64(), false)],
    columns: (p, n) => [floats(p.subarray(0, n).map(inUnit))],
    ofTop: noTop('regression'),
  };
}

function binaryAnswers(labels: readonly Category[], threshold: number): Answers {
  const { type, column } = categoryColumn(labels);
  const isSecond = (p: number) => p >= threshold;
  return {
    names: ['predicted', 'probability'],
    row(p, at) {
      const predicted = isSecond(p[at]);
      return { predicted: labels[Number(predicted)], probability: p[at] };
    },
    fields: () => [new Field('predicted', type, false), new Field('probability', new Float64(), false)],
    columns(p, n) {
      const probability = p.subarray(0, n);
      const predicted = new Int32Array(n);
      for (let row = 0; row < n; row++) predicted[row] = probability[row] >= threshold ? 1 : 0;
      return [column(predicted), floats(probability)];
    },
    ofTop: noTop('binary'),
  };
}

function classAnswers(values: readonly Category[]): Answers {
  const outputs = values.length;
  const best = (p: Float64Array, row: number): number => {
    let at = 0;
    for (let c = 1; c < outputs; c++) if (p[row * outputs + c] > p[row * outputs + at]) at = c;
    return at;
  };
  /** The numbers of the most probable classes of each row, `[n, k]`, the most probable first. */
  const mostProbable = (p: Float64Array, begin: number, n: number, k: number): Int32Array => {
    const most = new Int32Array(n * k);
    for (let row = 0; row < n; row++) {
      const at = row * k;
      const of = (begin + row) * outputs;
      for (let c = 0; c < outputs; c++) {
        let rank = Math.min(c, k);
        for (; rank > 0 && p[of + c] > p[of + most[at + rank - 1]]; rank--) {
          if (rank < k) most[at + rank] = most[at + rank - 1];
        }
        if (rank < k) most[at + rank] = c;
      }
    }
    return most;
  };
  const topBound = integer({ least: 1, most: outputs });
  const { type, column } = categoryColumn(values);
  const names = values.map((value) => `probability_${value}`);
  return {
    names: ['predicted', ...names],
    row: (p, at, top) => ({
      predicted: values[best(p, at)],
      probabilities: Object.fromEntries(values.map((value, c) => [`${value}`, p[at * outputs + c]])),
      ...(top !== undefined && {
        top: Array.from(mostProbable(p, at, 1, top), (c) => ({
          predicted: values[c],
          probability: p[at * outputs + c],
        })),
      }),
    }),
    fields: () => [new Field('predicted', type, false), ...names.map((name) => new Field(name, new Float64(), false))],
    columns(p, n) {
      const predicted = new Int32Array(n);
      for (let row = 0; row < n; row++) predicted[row] = best(p, row);
      const probabilities = values.map((_, c) => {
        const own = new Float64Array(n);
        for (let row = 0; row < n; row++) own[row] = p[row * outputs + c];
        return floats(own);
      });
      return [column(predicted), ...probabilities];
    },
    ofTop(k) {
      checkOption('predict: top', k, topBound);
      const ranks = Array.from({ length: k }, (_, i) => i);
      const fields = ranks.flatMap((i) => [
        new Field(`top_${i + 1}`, type, false),
        new Field(`top_${i + 1}_probability`, new Float64(), false),
      ]);
      return {
        names: fields.map(({ name }) => name),
        fields: () => fields,
        columns(p, n) {
          const most = mostProbable(p, 0, n, k);
          return ranks.flatMap((i) => {
            const ranked = new Int32Array(n);
            const own = new Float64Array(n);
            for (let row = 0; row < n; row++) {
              ranked[row] = most[row * k + i];
              own[row] = p[row * outputs + ranked[row]];
            }
            return [column(ranked), floats(own)];
          });
        },
      };
    },
  };
}

/** Makes columns of categories from their numbers. */
function categoryColumn(values: readonly Category[]): {
  readonly type: Utf8 | Bool | Float64;
  readonly column: (numbers: Int32Array) => Data;
} {
  if (typeof values[0] === 'string') {
    const texts = values.map((value) => new TextEncoder().encode(`${value}`));
    const type = new Utf8();
    return {
      type,
      column(numbers) {
        const { length } = numbers;
        const valueOffsets = new Int32Array(length + 1);
        for (let row = 0; row < length; row++) valueOffsets[row + 1] = valueOffsets[row] + texts[numbers[row]].length;
        const data = new Uint8Array(valueOffsets[length]);
        for (let row = 0; row < length; row++) data.set(texts[numbers[row]], valueOffsets[row]);
        return makeData({ type, length, nullCount: 0, valueOffsets, data });
      },
    };
  }
  const type = typeof values[0] === 'boolean' ? new Bool() : new Float64();
  const own = values.map(Number);
  return {
    type,
    column(numbers) {
      const labels = new Float64Array(numbers.length);
      for (let row = 0; row < labels.length; row++) labels[row] = own[numbers[row]];
      return numberColumn(type, labels, 0);
    },
  };
}

function floats(data: Float64Array): Data<Float64> {
  return makeData({ type: new Float64(), length: data.length, nullCount: 0, data });
}

import { concat, concatMap, defer, EMPTY, identity, type OperatorFunction, of } from 'rxjs';
import type { Network } from '../network/network.ts';
import { integer } from '../options/bounds.ts';
import { checkOption } from '../options/checkOptions.ts';
import type { Differentiated } from './types.ts';

/**
 * Takes the mean gradient of several mini-batches, so that one update is made from all their rows: as large a batch as there is not
 * memory for. What remains at the end of the stream, fewer than `batches`, is emitted as well.
 *
 *   loss = sum(k loss) / sum(k);  gradient = sum(k gradient) / sum(k), k the rows of a mini-batch, or the sum of their weights
 *
 * Other fields are those of the last mini-batch. The gradient is borrowed: valid until the next mini-batch.
 *
 * @param batches mini-batches for each update; an integer, at least 1
 * @throws OptionError where `batches` is out of bounds
 * @example steps$.pipe(backward(network), accumulate(4, network), update(network, optimizer, state))
 */
export function accumulate(batches: number, network: Network): OperatorFunction<Differentiated, Differentiated> {
  checkOption('accumulate: batches', batches, integer({ least: 1 }));
  if (batches === 1) return identity;
  const { gradient, engine } = network;

  return (differentiated$) =>
    defer(() => {
      const sum = new Float64Array(gradient.length);
      let last: Differentiated | undefined;
      let [count, rows, mass, loss] = [0, 0, 0, 0];

      function add(differentiated: Differentiated): void {
        const k = massOf(differentiated);
        const { gradient: g } = differentiated;
        for (let i = 0; i < sum.length; i++) sum[i] += k * g[i];
        loss += k * differentiated.loss;
        mass += k;
        rows += differentiated.gradientRows;
        count++;
        last = differentiated;
      }

      function finish(): Differentiated {
        const total = mass > 0 ? mass : 1;
        for (let i = 0; i < sum.length; i++) gradient[i] = sum[i] / total;
        const gradientNorm = Math.sqrt(engine.kernels.sumOfSquares(gradient, gradient.length));
        const mean = { ...(last as Differentiated), loss: loss / total, gradient, gradientNorm, gradientRows: rows };
        sum.fill(0);
        [count, rows, mass, loss] = [0, 0, 0, 0];
        return mean;
      }

      return concat(
        differentiated$.pipe(
          concatMap((differentiated) => {
            add(differentiated);
            return count === batches ? of(finish()) : EMPTY;
          }),
        ),
        defer(() => (count > 0 ? of(finish()) : EMPTY)),
      );
    });
}

function massOf({ gradientRows, weights, n }: Differentiated): number {
  if (!weights) return gradientRows;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += weights[i];
  return sum;
}

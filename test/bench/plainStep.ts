/** `out[n, m] = a[n, k] b[k, m] + bias[m]` */
function product(
  out: Float32Array,
  a: Float32Array,
  b: Float32Array,
  bias: Float32Array,
  n: number,
  k: number,
  m: number,
) {
  for (let i = 0; i < n; i++) {
    const row = i * m;
    for (let j = 0; j < m; j++) out[row + j] = bias[j];
    for (let p = 0; p < k; p++) {
      const factor = a[i * k + p];
      const from = p * m;
      for (let j = 0; j < m; j++) out[row + j] += factor * b[from + j];
    }
  }
}

/** `dw[k, m] = aᵀ dz` and `db[m]`, sums over the n rows. */
function parameterGradient(
  dw: Float32Array,
  db: Float32Array,
  a: Float32Array,
  dz: Float32Array,
  n: number,
  k: number,
  m: number,
) {
  dw.fill(0);
  db.fill(0);
  for (let i = 0; i < n; i++) {
    const row = i * m;
    for (let p = 0; p < k; p++) {
      const factor = a[i * k + p];
      const to = p * m;
      for (let j = 0; j < m; j++) dw[to + j] += factor * dz[row + j];
    }
    for (let j = 0; j < m; j++) db[j] += dz[row + j];
  }
}

/** `da[n, k] = dz[n, m] wᵀ` */
function inputGradient(da: Float32Array, dz: Float32Array, w: Float32Array, n: number, k: number, m: number) {
  for (let i = 0; i < n; i++) {
    const row = i * m;
    for (let p = 0; p < k; p++) {
      const from = p * m;
      let sum = 0;
      for (let j = 0; j < m; j++) sum += dz[row + j] * w[from + j];
      da[i * k + p] = sum;
    }
  }
}

/**
 * A training step of a ReLU network with one logit, as one writes it in plain TypeScript on Float32Array: forward, binary
 * cross entropy, backward, Adam.
 *
 * @param widths units from the input to the output
 * @param n rows of a batch
 * @param parameters w and b of each layer, one after the other, as `compileNetwork` lays them out
 * @returns the step, which gives the mean loss before it
 */
export function plainStep(widths: readonly number[], n: number, parameters: Float32Array) {
  const length = parameters.length;
  const gradient = new Float32Array(length);
  const m = new Float32Array(length);
  const v = new Float32Array(length);
  let offset = 0;
  const layers = widths.slice(1).map((units, i) => {
    const inputs = widths[i];
    const wEnd = offset + inputs * units;
    const bEnd = wEnd + units;
    const layer = {
      inputs,
      units,
      w: parameters.subarray(offset, wEnd),
      b: parameters.subarray(wEnd, bEnd),
      dw: gradient.subarray(offset, wEnd),
      db: gradient.subarray(wEnd, bEnd),
      z: new Float32Array(n * units),
      a: new Float32Array(n * units),
      da: new Float32Array(n * units),
    };
    offset = bEnd;
    return layer;
  });
  const last = layers[layers.length - 1];
  let t = 0;

  return (x: Float32Array, y: Float32Array): number => {
    let input = x;
    for (const layer of layers) {
      const { z, a, w, b, inputs, units } = layer;
      product(z, input, w, b, n, inputs, units);
      if (layer === last) break;
      for (let i = 0; i < z.length; i++) a[i] = Math.max(z[i], 0);
      input = a;
    }

    let loss = 0;
    for (let i = 0; i < n; i++) {
      const z = last.z[i];
      const e = Math.exp(-Math.abs(z));
      loss += Math.max(z, 0) - z * y[i] + Math.log1p(e);
      last.da[i] = ((z >= 0 ? 1 : e) / (1 + e) - y[i]) / n;
    }

    for (let l = layers.length - 1; l >= 0; l--) {
      const { w, dw, db, z, da, inputs, units } = layers[l];
      if (layers[l] !== last) for (let i = 0; i < z.length; i++) da[i] = z[i] > 0 ? da[i] : 0;
      parameterGradient(dw, db, l > 0 ? layers[l - 1].a : x, da, n, inputs, units);
      if (l > 0) inputGradient(layers[l - 1].da, da, w, n, inputs, units);
    }

    t++;
    const rate = 1e-3 / (1 - 0.9 ** t);
    const root = Math.sqrt(1 - 0.999 ** t);
    for (let i = 0; i < length; i++) {
      const g = gradient[i];
      m[i] = 0.9 * m[i] + 0.1 * g;
      v[i] = 0.999 * v[i] + 0.001 * g * g;
      parameters[i] -= (rate * m[i]) / (Math.sqrt(v[i]) / root + 1e-8);
    }
    return loss / n;
  };
}

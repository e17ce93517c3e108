/** Blocks of matrices laid down anew, so that the tiles of a product find what they multiply side by side. */
import { packedA, packedB, panelColumns, TILE_ROWS, WIDE_COLUMNS } from './scratch';

/** Panels `[k, 16]` or `[k, 8]` of `b[k, m]`. */
export function packRows(b: usize, step: usize, k: usize, m: usize): void {
  let to = packedB();
  let width: usize = 0;
  for (let j: usize = 0; j < m; j += width) {
    width = panelColumns(m - j);
    let from = b + (j << 2);
    for (let p: usize = 0; p < k; p++) {
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
      if (width === WIDE_COLUMNS) {
        v128.store(to, v128.load(from, 32), 32);
        v128.store(to, v128.load(from, 48), 48);
      }
      from += step;
      to += width << 2;
    }
  }
}

/** Four columns of `b[m, k]` from row `row` on become four rows of a panel, four numbers of each. */
// @inline
function transpose4(to: usize, step: usize, r0: usize, r1: usize, r2: usize, r3: usize): void {
  const v0 = v128.load(r0);
  const v1 = v128.load(r1);
  const v2 = v128.load(r2);
  const v3 = v128.load(r3);
  const low01 = v128.shuffle<f32>(v0, v1, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(v0, v1, 2, 6, 3, 7);
  const low23 = v128.shuffle<f32>(v2, v3, 0, 4, 1, 5);
  const high23 = v128.shuffle<f32>(v2, v3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
  v128.store(to + step, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7));
  v128.store(to + 2 * step, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5));
  v128.store(to + 3 * step, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7));
}

/** `out[k, m] = b[m, k]ᵀ` */
export function transpose(out: usize, b: usize, m: usize, k: usize): void {
  const step = k << 2;
  const outStep = m << 2;
  const rows = m & ~3;
  const columns = k & ~3;
  for (let i: usize = 0; i < rows; i += 4) {
    const r0 = b + i * step;
    for (let p: usize = 0; p < columns; p += 4) {
      const r = r0 + (p << 2);
      transpose4(out + p * outStep + (i << 2), outStep, r, r + step, r + 2 * step, r + 3 * step);
    }
  }
  for (let i: usize = 0; i < m; i++) {
    for (let p = i < rows ? columns : 0; p < k; p++) {
      f32.store(out + p * outStep + (i << 2), f32.load(b + i * step + (p << 2)));
    }
  }
}

/** Panels `[k, 16]` or `[k, 8]` of `b[m, k]ᵀ`. Columns past the last repeat it; nothing is made of them. */
export function packTransposed(b: usize, step: usize, k: usize, m: usize): void {
  const last = m - 1;
  let panel = packedB();
  let width: usize = 0;
  for (let j: usize = 0; j < m; j += width) {
    width = panelColumns(m - j);
    const row = width << 2;
    for (let c: usize = 0; c < width; c += 4) {
      const r0 = b + min(j + c, last) * step;
      const r1 = b + min(j + c + 1, last) * step;
      const r2 = b + min(j + c + 2, last) * step;
      const r3 = b + min(j + c + 3, last) * step;
      let to = panel + (c << 2);
      let p: usize = 0;
      for (; p + 4 <= k; p += 4) {
        const at = p << 2;
        transpose4(to, row, r0 + at, r1 + at, r2 + at, r3 + at);
        to += 4 * row;
      }
      for (; p < k; p++) {
        const at = p << 2;
        f32.store(to, f32.load(r0 + at));
        f32.store(to, f32.load(r1 + at), 4);
        f32.store(to, f32.load(r2 + at), 8);
        f32.store(to, f32.load(r3 + at), 12);
        to += row;
      }
    }
    panel += k * row;
  }
}

/** Panels `[k, TILE_ROWS]` of `a[k, n]`: tiles by columns that lie close together. */
export function packColumns(a: usize, step: usize, k: usize, n: usize): void {
  let to = packedA();
  for (let i: usize = 0; i < n; i += TILE_ROWS) {
    let from = a + (i << 2);
    for (let p: usize = 0; p < k; p++) {
      v128.store(to, v128.load(from));
      if (TILE_ROWS === 6) v128.store64_lane(to, v128.load(from, 16), 0, 16);
      else f32.store(to, f32.load(from, 16), 16);
      from += step;
      to += TILE_ROWS << 2;
    }
  }
}

import { edge, panelColumns, TILE_ROWS, WIDE_COLUMNS, ZEROS } from './scratch';
import { tileByColumns } from './tile';

/**
 * A register tile that meets the same numbers `depth` times: what the product's innermost loop can at best do, since nothing has to come
 * from further than the first cache.
 *
 * @returns multiplications made, each with an addition
 */
export function multiplyAdds(depth: usize): f64 {
  const columns = panelColumns(WIDE_COLUMNS);
  tileByColumns(<i32>columns, <i32>TILE_ROWS, edge(), columns << 2, ZEROS, 0, ZEROS, 0, ZEROS, 0, depth);
  return <f64>(TILE_ROWS * columns * depth);
}

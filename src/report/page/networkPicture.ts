import { count } from '../../format/figures.ts';
import { shortened } from '../../format/table.ts';
import type { LayerDescription } from '../../network/planNetwork.ts';
import { type Markup, markup } from '../markup.ts';

const [LEFT, HALF, ROW, GAP] = [110, 90, 30, 6];

/** Layers of a picture at the most. */
const MOST = 60;

/** The layers from the top down, each as wide as what it gives on a logarithmic scale, with shapes and parameters. */
export function networkPicture(all: readonly LayerDescription[]): Markup {
  const layers = all.slice(0, MOST);
  const height = layers.length * (ROW + GAP) + GAP;
  const widest = Math.max(...layers.flatMap(({ inputs, outputs }) => [inputs, outputs]));
  const half = (units: number) => Number((8 + (HALF - 8) * (Math.log1p(units) / Math.log1p(widest))).toFixed(1));
  const parameters = all.reduce((sum, layer) => sum + layer.parameters, 0);
  const words = layers.map((layer) => `${layer.name} ${shapeOf(layer)}`).join(', ');
  const more = all.length > MOST ? ` The first ${MOST} of ${all.length} layers.` : '';
  return markup`<figure class="network"><figcaption><b>The network</b> ${count(parameters)} parameters in ${all.length} layers.${more}</figcaption>
<svg viewBox="0 0 420 ${height}" role="img" aria-label="${`The network: ${words}`}">
${layers.map((layer, i) => {
  const y = GAP + i * (ROW + GAP);
  const [a, b] = [half(layer.inputs), half(layer.outputs)];
  return markup`<polygon class="layer${layer.parameters > 0 ? ' learns' : ''}" points="${`${LEFT - a},${y} ${LEFT + a},${y} ${LEFT + b},${y + ROW} ${LEFT - b},${y + ROW}`}"/><text class="name" x="${LEFT}" y="${y + 20}" text-anchor="middle">${shortened(layer.name, 22)}</text><text x="212" y="${y + 20}">${shapeOf(layer)}${layer.parameters > 0 ? `, ${count(layer.parameters)} parameters` : ''}</text>
`;
})}</svg></figure>
`;
}

function shapeOf({ inputs, outputs }: LayerDescription): string {
  return `${count(inputs)} → ${count(outputs)}`;
}

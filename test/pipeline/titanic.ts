import {
  adam,
  binary,
  binaryCrossEntropy,
  checkpoint,
  definePipeline,
  dense,
  derive,
  memory,
  oneHot,
  type Pipeline,
  relu,
} from '../../src/index.ts';
import { randomSequence } from '../../src/operators.ts';

/** Who was on the Titanic (Dawson 1995): class, sex, age, how many died and how many lived. */
const passengers = `
1st Male Child 0 5, 1st Male Adult 118 57, 1st Female Child 0 1, 1st Female Adult 4 140,
2nd Male Child 0 11, 2nd Male Adult 154 14, 2nd Female Child 0 13, 2nd Female Adult 13 80,
3rd Male Child 35 13, 3rd Male Adult 387 75, 3rd Female Child 17 14, 3rd Female Adult 89 76,
Crew Male Adult 670 192, Crew Female Adult 3 20`
  .trim()
  .split(/,\s/)
  .flatMap((line) => {
    const [level, sex, age, died, lived] = line.split(' ');
    return [Number(died), Number(lived)].flatMap((count, i) =>
      Array.from({ length: count }, () => ({ level, sex, age, survived: i === 1 ? 'Yes' : 'No' })),
    );
  });

/** 2,201 rows of which 14 are different but for what became of them, in an order that says nothing, and with a number each. */
export const titanic = passengers
  .map((row, i) => ({ id: i, ...row, order: randomSequence(4, 'data')(i) }))
  .sort((a, b) => a.order - b.order)
  .map(({ order: _, ...row }, id) => ({ ...row, id }));

/** Without what tells them apart. */
export const nameless = titanic.map(({ id: _, ...row }) => row);

/** Asks who survived. */
const lives: Pipeline = definePipeline({
  name: 'titanic',
  source: memory(titanic, { batchRows: 300 }),
  derive: [derive('lived', ['survived'], (text: string) => text === 'Yes')],
  features: { level: oneHot(), sex: oneHot(), age: oneHot() },
  target: binary('lived'),
  split: { validation: 0.2 },
  batch: 64,
  network: [dense(8), relu(), dense(1)],
  loss: binaryCrossEntropy(),
  optimizer: adam({ learningRate: 1e-2 }),
  epochs: 4,
  sinks: [checkpoint({ everySteps: 5, keep: 2 })],
  seed: 1,
});

export default lives;

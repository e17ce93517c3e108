import { type Bound, objectOf } from '../options/bounds.ts';
import type { RowLayout } from '../preprocess/types.ts';
import type { Position } from './types.ts';

export const layoutBound: Bound<RowLayout> = objectOf('the layout of a preprocessor, as preprocessor.layout');
export const positionBound: Bound<Position> = objectOf("a step's position");

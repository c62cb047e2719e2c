import { toWireNumber } from '../../backends/clearml/trackside-wire';
import { nameHash } from '../ids';
import { isObject, objectIn, type JsonObject } from '../json';
import type { ModelRecord } from '../storage/model-store';
import type { TrackerContext } from '../tracker-context';
import { SINGLE_VALUE_ITER, type OwnerBatch } from './event-batch';

/** What models' scalars are kept as: they are few, so each is a sample, and one of the same iteration replaces another. */
export const MODEL_SCALAR = 'training_stats_scalar';

interface Point {
  readonly metric: string;
  readonly variant: string;
  readonly iter: number;
  readonly value: number;
  readonly at: number;
}

/** Puts a batch's events of one model into storage, and what they come to into the model. */
export function writeModelEvents(context: TrackerContext, model: ModelRecord, batch: OwnerBatch): void {
  const { storage, clock } = context;
  batch.samples.forEach((sample) => storage.samples.put(model.id, sample));
  const points = pointsOf(batch);
  for (const { metric, variant, iter, value, at } of points) {
    const body = { metric, variant, iter, value: toWireNumber(value), timestamp: at, type: MODEL_SCALAR };
    storage.samples.put(model.id, { type: MODEL_SCALAR, metric, variant, iter, eventKey: '', at, body });
  }
  const known = model.body['last_iteration'];
  const body = {
    ...model.body,
    last_metrics: points.reduce(withPoint, objectIn(model.body, 'last_metrics')),
    last_iteration: Math.max(typeof known === 'number' ? known : 0, batch.highestIteration),
  };
  storage.models.save({ ...model, body }, clock.now());
}

function pointsOf({ series, singleValues }: OwnerBatch): Point[] {
  const points = series.flatMap(({ metric, variant, points: { steps, times, values } }) =>
    Array.from(steps, (iter, index) => ({
      metric,
      variant,
      iter,
      value: values[index] ?? NaN,
      at: times[index] ?? 0,
    })),
  );
  return [...points, ...singleValues.map((single) => ({ ...single, iter: SINGLE_VALUE_ITER }))];
}

/** The figures of `last_metrics`, as tasks have them. */
function withPoint(figures: JsonObject, { metric, variant, iter, value }: Point): JsonObject {
  const [outer, inner] = [nameHash(metric), nameHash(variant)];
  const variants = objectIn(figures, outer);
  const before = isObject(variants[inner]) ? variants[inner] : undefined;
  const extreme = (name: 'min' | 'max', isBeyond: (known: number) => boolean): JsonObject => {
    const known = before?.[`${name}_value`];
    return typeof known === 'number' && !isBeyond(known)
      ? {}
      : { [`${name}_value`]: toWireNumber(value), [`${name}_value_iteration`]: iter };
  };
  const count = before?.['count'];
  const after = {
    metric,
    variant,
    first_value: toWireNumber(value),
    first_value_iteration: iter,
    ...before,
    ...extreme('min', (known) => value < known),
    ...extreme('max', (known) => value > known),
    value: toWireNumber(value),
    count: (typeof count === 'number' ? count : 0) + 1,
  };
  return { ...figures, [outer]: { ...variants, [inner]: after } };
}

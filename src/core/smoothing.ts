/** The strongest smoothing offered; 1 would never leave the first value. */
export const MAX_SMOOTHING = 0.999;

/**
 * TensorBoard's smoothing: an exponential moving average without the bias towards its start at zero.
 * `s[n] = w·s[n-1] + (1-w)·v[n]`, drawn as `s[n] / (1 - w^n)`, n counting finite values only. Values that are not
 * finite pass through and leave the average alone; a constant curve stays exactly what it is.
 * Source: `classicSmoothing` in tensorboard/webapp/metrics/views/card_renderer/scalar_card_data_transformer.ts.
 *
 * @param weight 0 (off) to {@link MAX_SMOOTHING}.
 */
export function smooth(values: Float64Array, weight: number): Float64Array {
  const kept = Math.min(Math.max(weight, 0), MAX_SMOOTHING);
  const result = new Float64Array(values.length);
  if (kept === 0 || isConstant(values)) {
    result.set(values);
    return result;
  }
  let average = 0;
  let decay = 1;
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? NaN;
    if (Number.isFinite(value)) {
      average = average * kept + (1 - kept) * value;
      decay = decay < NEGLIGIBLE ? 0 : decay * kept;
      result[index] = average / (1 - decay);
    } else {
      result[index] = value;
    }
  }
  return result;
}

/** Smaller shares of the start change no digit, and tiny doubles make arithmetic slow. */
const NEGLIGIBLE = 1e-20;

function isConstant(values: Float64Array): boolean {
  const first = values[0];
  for (let index = 1; index < values.length; index++) {
    if (values[index] !== first) {
      return false;
    }
  }
  return true;
}

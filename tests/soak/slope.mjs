// A trend over samples: how fast memory grows after the warm-up.

/** Share of the samples, from the start, that do not count: caches fill, code is compiled, pools reach their size. */
export const WARM_UP = 0.25;

/**
 * The trend of samples `{ seconds, bytes }`, without the warm-up: bytes per minute (least squares), the growth that
 * makes over the time measured, and the median. Needs four samples after the warm-up.
 */
export function trend(samples, warmUp = WARM_UP) {
  const counted = samples.slice(Math.floor(samples.length * warmUp));
  if (counted.length < 4) throw new Error(`${counted.length} samples after the warm-up are too few for a trend`);
  const mean = (of) => counted.reduce((sum, sample) => sum + of(sample), 0) / counted.length;
  const [time, size] = [mean((s) => s.seconds), mean((s) => s.bytes)];
  const spread = counted.reduce((sum, s) => sum + (s.seconds - time) ** 2, 0);
  const together = counted.reduce((sum, s) => sum + (s.seconds - time) * (s.bytes - size), 0);
  const perSecond = spread > 0 ? together / spread : 0;
  const sorted = counted.map((s) => s.bytes).sort((a, b) => a - b);
  const seconds = counted.at(-1).seconds - counted[0].seconds;
  return {
    samples: counted.length,
    seconds,
    perMinute: perSecond * 60,
    growth: perSecond * seconds,
    median: sorted[Math.floor(sorted.length / 2)],
    most: sorted.at(-1),
  };
}

/** Whether memory is flat: over the time measured the trend makes less than `share` of the median, or `floor` bytes. */
export function isFlat(found, { share = 0.05, floor = 2 << 20 } = {}) {
  return found.growth <= Math.max(floor, found.median * share);
}

/** Red, green and blue, each 0 to 255. */
export type Rgb = readonly [number, number, number];

/** Reads `#rgb`, `#rrggbb`, `#rrggbbaa` and `rgb(…)`; undefined for anything else. */
export function parseColour(text: string): Rgb | undefined {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8})$/i.exec(text.trim())?.[1];
  if (hex !== undefined) {
    const full = hex.length === 3 ? hex.replace(/./g, '$&$&') : hex;
    const part = (index: number): number => Number.parseInt(full.slice(index, index + 2), 16);
    return [part(0), part(2), part(4)];
  }
  const numbers =
    /^rgba?\(([^)]*)\)$/i
      .exec(text.trim())?.[1]
      ?.split(/[\s,/]+/)
      .map(Number) ?? [];
  const [red, green, blue] = numbers;
  return red === undefined || green === undefined || blue === undefined ? undefined : [red, green, blue];
}

export function toCss([red, green, blue]: Rgb, opacity = 1): string {
  return `rgba(${Math.round(red)}, ${Math.round(green)}, ${Math.round(blue)}, ${opacity})`;
}

/** Contrast ratio of WCAG 2, 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [lighter, darker] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return ((lighter ?? 0) + 0.05) / ((darker ?? 0) + 0.05);
}

/** The colour itself, or moved towards white or black just as far as it needs to stand out from the background. */
export function readableOn(colour: Rgb, background: Rgb, ratio: number): Rgb {
  const target: Rgb = luminance(background) > 0.18 ? [0, 0, 0] : [255, 255, 255];
  for (let share = 0; share < 1; share += 0.05) {
    const mixed = mix(colour, target, share);
    if (contrast(mixed, background) >= ratio) {
      return mixed;
    }
  }
  return target;
}

function mix(a: Rgb, b: Rgb, share: number): Rgb {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share];
}

function luminance(colour: Rgb): number {
  const [red = 0, green = 0, blue = 0] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

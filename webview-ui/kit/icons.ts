/** One of `icon-images`: the text of a picture that comes with the page, and of nothing else. */
export type IconImage = string & { readonly isIcon: true };

const drawn = new Map<IconImage, Element>();

/** One of VS Code's own icons as an SVG element in the text's colour. Hidden from screen readers: the label beside it speaks. */
export function icon(image: IconImage): Element {
  const known = drawn.get(image) ?? draw(image);
  drawn.set(image, known);
  return document.importNode(known, true);
}

function draw(image: IconImage): Element {
  const created = new DOMParser().parseFromString(image, 'image/svg+xml').documentElement;
  created.setAttribute('aria-hidden', 'true');
  created.setAttribute('focusable', 'false');
  created.classList.add('icon');
  return created;
}

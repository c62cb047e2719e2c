interface ElementOptions {
  readonly class?: string;
  readonly text?: string;
  readonly title?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** Creates an element; names and values of tasks come in as text, never as markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  options: ElementOptions = {},
  children: readonly Node[] = [],
): HTMLElementTagNameMap[K] {
  const created = document.createElement(tag);
  if (options.class !== undefined) {
    created.className = options.class;
  }
  if (options.text !== undefined) {
    created.textContent = options.text;
  }
  if (options.title !== undefined) {
    created.title = options.title;
  }
  for (const [name, value] of Object.entries(options.attributes ?? {})) {
    created.setAttribute(name, value);
  }
  created.append(...children);
  return created;
}

/** Sets the text only when it differs, so that a screen reader and a selection are not disturbed. */
export function setText(node: Element, text: string): void {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

/** Shows or hides by the `hidden` attribute. */
export function setShown(node: HTMLElement, isShown: boolean): void {
  if (node.hidden === isShown) {
    node.hidden = !isShown;
  }
}

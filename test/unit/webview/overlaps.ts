import type { Page } from 'playwright-core';

/**
 * Pairs of texts and controls that lie over one another though neither is part of the other, as `a × b`. What lies over
 * the page on purpose (popups, read-outs, what only screen readers find) does not count.
 */
export function overlapsOf(page: Page): Promise<readonly string[]> {
  return page.evaluate(findOverlaps);
}

/** Runs in the page. */
function findOverlaps(): string[] {
  const LEAST_PIXELS = 2;
  type Box = Record<'left' | 'top' | 'right' | 'bottom', number>;
  const cut = (a: Box, b: Box): Box => ({
    left: Math.max(a.left, b.left),
    top: Math.max(a.top, b.top),
    right: Math.min(a.right, b.right),
    bottom: Math.min(a.bottom, b.bottom),
  });
  const isThere = ({ left, top, right, bottom }: Box): boolean =>
    right - left > LEAST_PIXELS && bottom - top > LEAST_PIXELS;
  const isAside = (element: Element): boolean => {
    const isShown = element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    const isOver = element.matches('.popup, .readout, .layer');
    return !isShown || isOver || getComputedStyle(element).clipPath !== 'none';
  };
  const ancestors = (element: Element): Element[] => {
    const above: Element[] = [];
    for (let each: Element | null = element; each !== null; each = each.parentElement) {
      above.push(each);
    }
    return above;
  };
  /** What is seen of a box within everything that cuts it off. */
  const seen = (element: Element, box: Box): Box =>
    ancestors(element)
      .slice(1)
      .reduce((left, each) => {
        const { overflowX, overflowY } = getComputedStyle(each);
        const isCut = overflowX !== 'visible' || overflowY !== 'visible';
        return isCut && each !== document.body && each !== document.documentElement
          ? cut(left, each.getBoundingClientRect())
          : left;
      }, box);
  const boxOf = (element: Element): Box | undefined => {
    if (element.tagName.startsWith('VSCODE-') || ['INPUT', 'BUTTON', 'CANVAS'].includes(element.tagName)) {
      return seen(element, element.getBoundingClientRect());
    }
    const texts = [...element.childNodes].filter(
      ({ nodeType, textContent }) => nodeType === Node.TEXT_NODE && (textContent ?? '').trim() !== '',
    );
    const [first] = texts;
    const last = texts.at(-1);
    if (first === undefined || last === undefined) {
      return undefined;
    }
    const range = document.createRange();
    range.setStartBefore(first);
    range.setEndAfter(last);
    return seen(element, cut(range.getBoundingClientRect(), element.getBoundingClientRect()));
  };
  const found = [...document.body.querySelectorAll('*')].flatMap((element) => {
    if (ancestors(element).some(isAside)) {
      return [];
    }
    const box = boxOf(element);
    return box !== undefined && isThere(box) ? [{ element, box }] : [];
  });
  const nameOf = (element: Element): string => {
    const words = element.textContent.trim() || (element.getAttribute('aria-label') ?? '');
    return `${element.tagName.toLowerCase()}.${element.className} “${words.slice(0, 30)}”`;
  };
  return found.flatMap((one, index) =>
    found
      .slice(index + 1)
      .filter(
        (other) =>
          isThere(cut(one.box, other.box)) &&
          !one.element.contains(other.element) &&
          !other.element.contains(one.element),
      )
      .map((other) => `${nameOf(one.element)} × ${nameOf(other.element)}`),
  );
}

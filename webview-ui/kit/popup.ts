import { element } from './dom';

const MARGIN_PX = 8;

/** At most one popup is open; it closes on Escape, on a press elsewhere or of its button, and gives the focus back. */
let closeOpen: (() => void) | undefined;

export function closePopup(): void {
  closeOpen?.();
}

/** What a popup stands below, or a point with what has the keys afterwards. */
export type PopupAnchor =
  HTMLElement | { readonly x: number; readonly y: number; readonly focus: HTMLElement };

/** Shows `content` below `anchor`, or at a point, within the page. */
export function openPopup(
  anchor: PopupAnchor,
  label: string,
  content: HTMLElement,
  onClose: () => void = () => undefined,
): void {
  closePopup();
  const popup = element('div', { class: 'popup', attributes: { role: 'dialog', 'aria-label': label } }, [
    content,
  ]);
  document.body.append(popup);
  place(popup, anchor);
  const focusBack = anchor instanceof HTMLElement ? anchor : anchor.focus;
  const onPress = (event: MouseEvent): void => {
    const isInside =
      event.target instanceof Node &&
      (popup.contains(event.target) || (anchor instanceof HTMLElement && anchor.contains(event.target)));
    if (!isInside) {
      close(false);
    }
  };
  /** The button would open it anew. */
  const onClick = (event: MouseEvent): void => {
    if (event.target instanceof Node && isButton(anchor) && anchor.contains(event.target)) {
      event.preventDefault();
      event.stopPropagation();
      close(true);
    }
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      move(popup, event);
    } else if (event.key === 'Tab') {
      stayInside(popup, event);
    }
  };
  /** Also when a press on nothing in particular has taken the focus out of it. */
  const onEscape = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      close(true);
    }
  };
  const close = (givesFocus: boolean): void => {
    document.removeEventListener('mousedown', onPress, true);
    document.removeEventListener('click', onClick, true);
    document.removeEventListener('keydown', onEscape, true);
    popup.remove();
    closeOpen = undefined;
    onClose();
    if (givesFocus) {
      focusBack.focus();
    }
  };
  closeOpen = () => close(true);
  document.addEventListener('mousedown', onPress, true);
  document.addEventListener('click', onClick, true);
  document.addEventListener('keydown', onEscape, true);
  popup.addEventListener('keydown', onKey);
  popup.querySelector<HTMLElement>('input, button, select')?.focus();
}

/** A popup may also stand below a whole bar, whose other controls go on working. */
function isButton(anchor: PopupAnchor): anchor is HTMLElement {
  return anchor instanceof HTMLElement && anchor.matches('button, vscode-button');
}

function place(popup: HTMLElement, anchor: HTMLElement | { readonly x: number; readonly y: number }): void {
  const box = anchor instanceof HTMLElement ? anchor.getBoundingClientRect() : undefined;
  const [x, y] = box ? [box.left, box.bottom + 2] : 'x' in anchor ? [anchor.x, anchor.y] : [0, 0];
  const { innerWidth, innerHeight } = window;
  const left = Math.max(MARGIN_PX, Math.min(x, innerWidth - popup.offsetWidth - MARGIN_PX));
  const top = Math.max(MARGIN_PX, Math.min(y, innerHeight - popup.offsetHeight - MARGIN_PX));
  popup.style.left = `${left}px`;
  popup.style.top = `${top}px`;
}

function move(popup: HTMLElement, event: KeyboardEvent): void {
  const all = [
    ...popup.querySelectorAll<HTMLElement>('button, input[type="checkbox"], input[type="search"]'),
  ].filter(({ hidden }) => !hidden);
  const at = all.findIndex((each) => each === document.activeElement);
  if (at >= 0) {
    event.preventDefault();
    all[(at + (event.key === 'ArrowDown' ? 1 : all.length - 1)) % all.length]?.focus();
  }
}

/** The popup is the last of the document: Tab would lead out of the page, and leave it open. */
function stayInside(popup: HTMLElement, event: KeyboardEvent): void {
  const all = [...popup.querySelectorAll<HTMLElement>('button, input, select')].filter(
    (each) => each.offsetParent !== null,
  );
  const [from, to] = event.shiftKey ? [all[0], all.at(-1)] : [all.at(-1), all[0]];
  if (document.activeElement === from) {
    event.preventDefault();
    to?.focus();
  }
}

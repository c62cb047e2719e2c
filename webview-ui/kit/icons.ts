import chevronDown from '@vscode/codicons/src/icons/chevron-down.svg';
import chevronRight from '@vscode/codicons/src/icons/chevron-right.svg';
import circleSlash from '@vscode/codicons/src/icons/circle-slash.svg';
import copy from '@vscode/codicons/src/icons/copy.svg';
import debugStop from '@vscode/codicons/src/icons/debug-stop.svg';
import discard from '@vscode/codicons/src/icons/discard.svg';
import circleLarge from '@vscode/codicons/src/icons/circle-large.svg';
import arrowDown from '@vscode/codicons/src/icons/arrow-down.svg';
import arrowUp from '@vscode/codicons/src/icons/arrow-up.svg';
import edit from '@vscode/codicons/src/icons/edit.svg';
import ellipsis from '@vscode/codicons/src/icons/ellipsis.svg';
import pin from '@vscode/codicons/src/icons/pin.svg';
import pinned from '@vscode/codicons/src/icons/pinned.svg';
import screenFull from '@vscode/codicons/src/icons/screen-full.svg';
import settings from '@vscode/codicons/src/icons/settings.svg';
import zoomOut from '@vscode/codicons/src/icons/zoom-out.svg';
import error from '@vscode/codicons/src/icons/error.svg';
import linkExternal from '@vscode/codicons/src/icons/link-external.svg';
import loading from '@vscode/codicons/src/icons/loading.svg';
import lock from '@vscode/codicons/src/icons/lock.svg';
import output from '@vscode/codicons/src/icons/output.svg';
import pass from '@vscode/codicons/src/icons/pass.svg';
import play from '@vscode/codicons/src/icons/play.svg';
import playCircle from '@vscode/codicons/src/icons/play-circle.svg';
import question from '@vscode/codicons/src/icons/question.svg';
import remove from '@vscode/codicons/src/icons/remove.svg';
import save from '@vscode/codicons/src/icons/save.svg';
import close from '@vscode/codicons/src/icons/close.svg';
import table from '@vscode/codicons/src/icons/table.svg';
import verified from '@vscode/codicons/src/icons/verified.svg';
import warning from '@vscode/codicons/src/icons/warning.svg';
import watch from '@vscode/codicons/src/icons/watch.svg';

const ICONS = {
  arrowDown,
  arrowUp,
  chevronDown,
  chevronRight,
  close,
  circleSlash,
  copy,
  debugStop,
  discard,
  circleLarge,
  edit,
  ellipsis,
  error,
  linkExternal,
  loading,
  lock,
  output,
  pass,
  play,
  pin,
  pinned,
  playCircle,
  question,
  remove,
  save,
  screenFull,
  settings,
  table,
  verified,
  warning,
  watch,
  zoomOut,
} as const;

export type IconName = keyof typeof ICONS;

/** One of VS Code's own icons as an SVG element in the text's colour. Hidden from screen readers: the label beside it speaks. */
export function icon(name: IconName): Element {
  const parsed = new DOMParser().parseFromString(ICONS[name], 'image/svg+xml').documentElement;
  const created = document.importNode(parsed, true);
  created.setAttribute('aria-hidden', 'true');
  created.setAttribute('focusable', 'false');
  created.classList.add('icon');
  return created;
}

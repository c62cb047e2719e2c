import type { Disposable } from '../../src/core/disposable';
import { parseColour, type Rgb } from './colour';

/** The editor's colours that a canvas needs; everything else takes them through CSS. */
export interface Theme {
  readonly background: Rgb;
  readonly text: string;
  readonly grid: string;
  readonly accent: string;
  readonly fontFamily: string;
}

/** Reads the theme as it is now from the variables that VS Code sets on the page. */
export function readTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string, fallback: string): string => style.getPropertyValue(name).trim() || fallback;
  const isLight = document.body.classList.contains('vscode-light');
  const isHighContrast = document.body.classList.contains('vscode-high-contrast');
  const isHighContrastLight = document.body.classList.contains('vscode-high-contrast-light');
  const background = read('--vscode-editor-background', isLight ? '#ffffff' : '#1f1f1f');
  const gridFallback = isLight || isHighContrastLight ? '#00000026' : '#ffffff26';
  return {
    background: parseColour(background) ?? (isLight ? [255, 255, 255] : [31, 31, 31]),
    text: read('--vscode-descriptionForeground', read('--vscode-foreground', '#888888')),
    grid: isHighContrast || isHighContrastLight ? `${gridFallback.slice(0, 7)}4d` : gridFallback,
    accent: read('--vscode-focusBorder', '#0078d4'),
    fontFamily: read('--vscode-font-family', 'sans-serif'),
  };
}

/** Calls whenever the person chooses another theme. */
export function onThemeChange(run: () => void): Disposable {
  const observer = new MutationObserver(run);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
  return { dispose: () => observer.disconnect() };
}

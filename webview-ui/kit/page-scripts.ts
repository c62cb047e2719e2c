/** A page that has nothing to show yet does not keep a person from its controls. */
const CONTROLS_LATEST_MS = 1_000;

/** Loads the bundles that a page needs later than its own. */
export class PageScripts {
  private readonly nonce = document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce ?? '';

  /**
   * The controls weigh more than everything else together, and take the page's only thread while they come: after the
   * first picture of what the page is about, as soon as `shown` says that it is drawn.
   */
  loadControls(shown: Promise<unknown> = Promise.resolve()): void {
    const late = new Promise<void>((resolve) => setTimeout(resolve, CONTROLS_LATEST_MS));
    const load = (): void => void this.load(document.body.dataset.controls);
    void Promise.race([shown, late]).then(() => requestAnimationFrame(() => setTimeout(load)));
  }

  /** Rejects when there is no such script, or it does not load. */
  load(address: string | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      if (address === undefined) {
        reject(new Error('The page does not know where the script is.'));
        return;
      }
      const script = document.createElement('script');
      script.nonce = this.nonce;
      script.src = address;
      script.addEventListener('load', () => resolve());
      script.addEventListener('error', () => reject(new Error('A script of the page did not load.')));
      document.head.append(script);
    });
  }
}

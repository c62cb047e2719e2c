/** Loads the bundles that a page needs later than its own. */
export class PageScripts {
  /** Made while the page's own script runs, which alone knows the nonce. */
  private readonly nonce = document.currentScript?.nonce ?? '';

  /** The controls weigh more than everything else together, so they come after the first picture. */
  loadControls(): void {
    requestAnimationFrame(() => setTimeout(() => void this.load(document.body.dataset.controls)));
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

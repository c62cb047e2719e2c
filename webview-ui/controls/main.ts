/** A bundle of its own (about 280 kB) that panels load after their first paint. */
import { registerControls } from '../kit/controls';

registerControls();

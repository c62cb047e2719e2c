"""Trains a small neural network to read printed digits. Needs nothing but Python 3.8 or newer.

There is no tracking code in this file. Trackside reads the curves from lines such as

    epoch 3 step 120 train_loss=0.4127

that any training script prints anyway.
"""

import argparse
import csv
import gzip
import math
import random
import time
from operator import mul
from pathlib import Path

DATA = Path(__file__).resolve().parent / "data" / "digits.csv.gz"
CLASSES = 10
PIXELS = 64


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--lr", type=float, default=0.05, help="learning rate at the start; it falls to a tenth")
    parser.add_argument("--hidden", type=int, default=32, help="neurons in the hidden layer")
    parser.add_argument("--batch-size", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log-every", type=int, default=10, metavar="STEPS")
    arguments = parser.parse_args()
    for name in ("epochs", "hidden", "batch_size", "log_every"):
        if getattr(arguments, name) < 1:
            parser.error(f"--{name.replace('_', '-')} must be 1 or more")
    if not 0 < arguments.lr < 10:
        parser.error("--lr must lie between 0 and 10")
    return arguments


def load_digits():
    """Returns the training and the validation images, each as a list of (64 numbers from 0 to 1, digit)."""
    images = {"train": [], "val": []}
    with gzip.open(DATA, "rt", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        for split, *pixels, digit in rows:
            images[split].append(([int(pixel) / 16 for pixel in pixels], int(digit)))
    return images["train"], images["val"]


class Network:
    """64 pixels → hidden layer (tanh) → 10 digits (softmax), trained by gradient descent with momentum."""

    def __init__(self, hidden, rng):
        def layer(outputs, inputs):
            spread = math.sqrt(1 / inputs)
            return [[rng.gauss(0, spread) for _ in range(inputs)] + [0.0] for _ in range(outputs)]

        # The last weight of each neuron is its bias: every input vector ends with a 1.
        self.layers = [layer(hidden, PIXELS), layer(CLASSES, hidden)]
        self.velocity = [[[0.0] * len(row) for row in rows] for rows in self.layers]

    def forward(self, pixels):
        """Returns the inputs of both layers and the probability of each digit."""
        inputs = pixels + [1.0]
        hidden = [math.tanh(sum(map(mul, row, inputs))) for row in self.layers[0]] + [1.0]
        scores = [sum(map(mul, row, hidden)) for row in self.layers[1]]
        highest = max(scores)
        powers = [math.exp(score - highest) for score in scores]
        total = sum(powers)
        return inputs, hidden, [power / total for power in powers]

    def train_batch(self, batch, rate, momentum=0.9):
        """One step of gradient descent. Returns the mean loss and the share of digits that were read rightly."""
        gradients = [[[0.0] * len(row) for row in rows] for rows in self.layers]
        loss = right = 0.0
        for pixels, digit in batch:
            inputs, hidden, probabilities = self.forward(pixels)
            loss -= math.log(max(probabilities[digit], 1e-12))
            right += probabilities[digit] == max(probabilities)
            errors = [p - (index == digit) for index, p in enumerate(probabilities)]
            self._add_outer(gradients[1], errors, hidden)
            columns = zip(*self.layers[1])
            errors = [sum(map(mul, errors, column)) * (1 - h * h) for column, h in zip(columns, hidden)]
            self._add_outer(gradients[0], errors[:-1], inputs)
        self._descend(gradients, rate / len(batch), momentum)
        return loss / len(batch), right / len(batch)

    def evaluate(self, images):
        """Returns mean loss, accuracy, and how often each digit was read as which other."""
        loss = right = 0.0
        mistakes = {}
        for pixels, digit in images:
            probabilities = self.forward(pixels)[2]
            loss -= math.log(max(probabilities[digit], 1e-12))
            guess = probabilities.index(max(probabilities))
            right += guess == digit
            if guess != digit:
                mistakes[digit, guess] = mistakes.get((digit, guess), 0) + 1
        return loss / len(images), right / len(images), mistakes

    @staticmethod
    def _add_outer(gradient, errors, inputs):
        for row, error in enumerate(errors):
            gradient[row] = [old + error * value for old, value in zip(gradient[row], inputs)]

    def _descend(self, gradients, rate, momentum):
        for rows, velocities, slopes in zip(self.layers, self.velocity, gradients):
            for index, row in enumerate(rows):
                velocities[index] = [momentum * v - rate * s for v, s in zip(velocities[index], slopes[index])]
                rows[index] = [weight + v for weight, v in zip(row, velocities[index])]


def learning_rate(start, progress):
    """Cosine schedule: from `start` down to a tenth of it."""
    return start * (0.1 + 0.45 * (1 + math.cos(math.pi * progress)))


def main():
    arguments = parse_arguments()
    rng = random.Random(arguments.seed)
    training, validation = load_digits()
    network = Network(arguments.hidden, rng)
    print(f"Reading digits: {len(training)} images to learn from, {len(validation)} in other typefaces to test on.")
    started = time.monotonic()
    steps_per_epoch = math.ceil(len(training) / arguments.batch_size)
    best = (0.0, 0)
    step = 0
    for epoch in range(1, arguments.epochs + 1):
        rng.shuffle(training)
        for start in range(0, len(training), arguments.batch_size):
            rate = learning_rate(arguments.lr, step / (steps_per_epoch * arguments.epochs))
            loss, _ = network.train_batch(training[start : start + arguments.batch_size], rate)
            step += 1
            if step % arguments.log_every == 0:
                print(f"epoch {epoch} step {step} train_loss={loss:.4f}", flush=True)
        val_loss, val_accuracy, mistakes = network.evaluate(validation)
        _, train_accuracy, _ = network.evaluate(training[:400])
        best = max(best, (val_accuracy, epoch))
        print(
            f"epoch {epoch} step {step} val_loss={val_loss:.4f} "
            f"train_accuracy={train_accuracy:.4f} val_accuracy={val_accuracy:.4f} lr={rate:.4f}",
            flush=True,
        )
    print(f"\nFinished after {time.monotonic() - started:.0f} seconds.")
    print(f"The best epoch was number {best[1]}, with {best[0]:.1%} of the unseen digits read rightly.")
    for (digit, guess), count in sorted(mistakes.items(), key=lambda item: -item[1])[:3]:
        print(f"  Most confused: a {digit} taken for a {guess}, {count} times")


if __name__ == "__main__":
    main()

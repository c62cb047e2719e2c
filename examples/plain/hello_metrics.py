"""Prints metrics in every form that Trackside reads without any import. Takes about ten seconds.

Each block imitates what a well-known library prints, so you can compare the curves with what you see in the console.
Prose such as this sentence, version numbers (torch 2.7.1) and times (12:30:05) make no curves.
"""

import argparse
import json
import math
import random
import sys
import time

STEPS = 40
rng = random.Random(7)
delay = 0.05


def falling(step, start=2.0, speed=0.08):
    """A loss: falls, with some noise."""
    return start * math.exp(-speed * step) + 0.1 + rng.uniform(-0.03, 0.03)


def rising(step):
    """An accuracy: rises towards 1."""
    return 1 - 0.9 * math.exp(-0.07 * step) + rng.uniform(-0.01, 0.01)


def say(text, end="\n"):
    sys.stdout.write(text + end)
    sys.stdout.flush()
    time.sleep(delay)


def key_value_lines():
    say("key=value lines, with the step named in the line")
    for step in range(1, STEPS + 1):
        say(f"epoch {step} loss={falling(step):.4f} acc={rising(step):.4f}")


def colon_lines():
    say("name: value lines, one point after the other")
    for step in range(1, STEPS + 1):
        say(f"perplexity: {math.exp(falling(step)):.3f}")


def json_lines():
    say("JSON lines")
    for step in range(1, STEPS + 1):
        say(json.dumps({"step": step, "reward": round(100 * rising(step), 2), "entropy": round(falling(step), 4)}))


def dictionaries():
    say("dictionaries, as Hugging Face's Trainer prints them")
    for step in range(1, STEPS + 1):
        rate = 5e-05 * (1 - step / STEPS)
        say(str({"grad_norm": round(falling(step, 5), 4), "learning_rate": rate, "epoch": step / 10}))


def progress_bars():
    say("progress bars that rewrite one line, as Keras prints them")
    for epoch in range(1, 5):
        say(f"Epoch {epoch}/4")
        for batch in range(1, 11):
            bar = ("=" * (3 * batch - 1) + ">").ljust(30, ".") if batch < 10 else "=" * 30
            step = 10 * epoch + batch
            line = f"{batch:2}/10 [{bar}] - ETA: 0s - mse: {falling(step - 10):.4f} - mae: {falling(step, 1.2):.4f}"
            say(line, end="\r" if batch < 10 else "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--delay", type=float, default=delay, metavar="SECONDS", help="pause after each line")
    delay = parser.parse_args().delay
    for part in (key_value_lines, colon_lines, json_lines, dictionaries, progress_bars):
        part()
    say("Done.")

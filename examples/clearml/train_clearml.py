"""The same network as ../digits/train.py, logged with the unmodified `clearml` package.

Launched from Trackside it reports to the tracker that Trackside chose; started by hand it uses your own clearml.conf.
"""

import argparse
import random
import sys
from pathlib import Path

from clearml import Task

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "digits"))
from train import Network, load_digits  # noqa: E402


def parse_arguments():
    parser = argparse.ArgumentParser(description="Reads digits, and reports to ClearML.")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--lr", type=float, default=0.05)
    parser.add_argument("--hidden", type=int, default=32)
    parser.add_argument("--batch-size", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main():
    # Before the arguments are parsed, so that ClearML records them (and can change them when an agent runs the task).
    task = Task.init(project_name="Examples", task_name="Digits with clearml")
    arguments = parse_arguments()
    logger = task.get_logger()
    rng = random.Random(arguments.seed)
    training, validation = load_digits()
    network = Network(arguments.hidden, rng)
    step = 0
    best = 0.0
    for epoch in range(1, arguments.epochs + 1):
        rng.shuffle(training)
        for start in range(0, len(training), arguments.batch_size):
            batch = training[start : start + arguments.batch_size]
            loss, _ = network.train_batch(batch, arguments.lr)
            step += 1
            if step % 10 == 0:
                logger.report_scalar("loss", "train", value=loss, iteration=step)
        val_loss, val_accuracy, _ = network.evaluate(validation)
        best = max(best, val_accuracy)
        logger.report_scalar("loss", "val", value=val_loss, iteration=step)
        logger.report_scalar("accuracy", "val", value=val_accuracy, iteration=step)
        print(f"epoch {epoch}: {val_accuracy:.1%} of the unseen digits read rightly", flush=True)
    logger.report_single_value("best accuracy", best)


if __name__ == "__main__":
    main()

"""A pipeline of decorated functions, run here."""

from clearml import PipelineDecorator


@PipelineDecorator.component(return_values=["number"])
def first(start):
    return int(start) + 1


@PipelineDecorator.component(return_values=["result"])
def second(number):
    return number * 10


@PipelineDecorator.pipeline(name="decorated", project="SDK tests/pipelines", version="1.0", pool_frequency=0.02)
def flow(start=4):
    return second(first(start)) + 0


if __name__ == "__main__":
    PipelineDecorator.run_locally()
    assert flow(start=6) == 70, "result"

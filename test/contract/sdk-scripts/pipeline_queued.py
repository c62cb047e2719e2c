"""A pipeline that runs elsewhere: the controller goes to the services queue, its steps to the default one."""

from clearml import PipelineController


def first(start):
    print("in first", start)
    return int(start) + 1


def second(number):
    print("in second", number)
    return {"value": number * 10}


if __name__ == "__main__":
    pipe = PipelineController(name="queued pipe", project="SDK tests/queued", version="1.0", pool_frequency=0.02)
    pipe.add_parameter("start", 4)
    pipe.set_default_execution_queue("default")
    pipe.add_function_step("first", function=first, function_kwargs={"start": "${pipeline.start}"}, function_return=["number"])
    pipe.add_function_step("second", function=second, function_kwargs={"number": "${first.number}"}, function_return=["result"])
    # Here this ends the script; at the worker it waits for the steps.
    pipe.start(queue="services")
    made = pipe.get_processed_nodes()
    assert sorted(made) == ["first", "second"], made

"""A pipeline of functions of this file: all of it runs here, is waited for, and is stopped."""

from clearml import PipelineController, Task


def first(start):
    print("in first", start)
    return int(start) + 1


def second(number):
    return {"value": number * 10}


if __name__ == "__main__":
    pipe = PipelineController(name="pipe", project="SDK tests/pipelines", version="1.0", pool_frequency=0.02)
    pipe.add_parameter("start", 4)
    pipe.add_function_step("first", function=first, function_kwargs={"start": "${pipeline.start}"}, function_return=["number"])
    pipe.add_function_step("second", function=second, function_kwargs={"number": "${first.number}"}, function_return=["result"])
    pipe.start_locally(run_pipeline_steps_locally=True)
    assert pipe.wait(timeout=1), "wait returns"
    assert not pipe.is_running(), "running"
    pipe.stop()
    assert pipe.is_successful(), "successful"
    assert sorted(pipe.get_processed_nodes()) == ["first", "second"], "steps"
    made = Task.get_task(task_id=pipe.get_pipeline_dag()["second"].executed).artifacts["result"].get()
    assert made == {"value": 50}, made

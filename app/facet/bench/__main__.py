"""The process that measures backends: ``python -m facet.bench``. It answers :mod:`facet.workbench.benchmarking`.

Whatever can be wrong with the pictures is told before torch is loaded.
"""

from __future__ import annotations

from facet.bench.keeping import Keeping
from facet.bench.pictures import found
from facet.core.benchmark import Benchmark
from facet.core.serve import Answer, Task, serve


def run(task: Task) -> Answer:
    """One benchmark."""
    order = Benchmark.from_wire(task.arguments)
    files = found(order)
    keeping = Keeping(order, files)
    task.progress(0, 0, "")
    from facet.bench import run as measuring

    return measuring.run(order, files, keeping, task.progress), ()


if __name__ == "__main__":
    serve({"run": run})

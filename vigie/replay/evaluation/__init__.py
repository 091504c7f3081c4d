"""How well detection does: on the benchmark, on the scenario library, on a real stream."""

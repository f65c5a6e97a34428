"""A Ray cluster of this machine alone: `python -m tests.made.ray_here CORES`.

Prints where it is reached, and ends with its input. To be run in a network namespace of its own.
"""

import sys

import ray


def main() -> None:
    told = {"include_dashboard": False, "logging_level": "ERROR", "_node_ip_address": "127.0.0.1"}
    ray.init(num_cpus=int(sys.argv[1]), **told)
    print(ray.get_runtime_context().gcs_address, flush=True)
    sys.stdin.read()
    ray.shutdown()


if __name__ == "__main__":
    main()

"""`make bench`: every benchmark in turn, each figure a ratio measured in its own run."""

import importlib
import pkgutil
import sys

import bench


def main() -> None:
    """Run the benchmarks named on the command line, or all of them."""
    names = sys.argv[1:] or [module.name for module in pkgutil.iter_modules(bench.__path__)]
    for name in sorted(name for name in names if not name.startswith("_")):
        print(f"\n== {name}")
        importlib.import_module(f"bench.{name}").main()


if __name__ == "__main__":
    main()

"""Every mutant of every reference: a check fails it, or it is recorded as no mistake. See `grade verify --mutants`."""

from __future__ import annotations

import sys

from grader import catalogue, survivors


def main() -> None:
    found = 0
    for name, words, problems in survivors.verify(catalogue.names()):
        print(f"{name}  {words.en}", *(problem.en for problem in problems), sep="\n", flush=True)
        found += len(problems)
    print(f"{found} problems")
    sys.exit(found > 0)


if __name__ == "__main__":
    main()

"""What becomes of a notebook in the hands of a student: by accident, by another program, or on purpose."""

from __future__ import annotations

import copy
import zlib
from collections.abc import Callable
from typing import Any

Notebook = dict[str, Any]
Cell = dict[str, Any]
Change = Callable[[Notebook], Notebook]


def hit(place: str) -> str:
    """Return markup that tells the page where it came to life, in `window.__hit`; it asks nothing of a network."""
    act = f"(window.__hit ??= []).push('{place}')"
    return f'</script><script>{act}</script><img src="data:," onerror="{act}">'


def code(source: str, **metadata: object) -> Cell:
    return {"cell_type": "code", "execution_count": None, "id": f"own-{zlib.crc32(source.encode())}", "metadata": metadata,
            "outputs": [], "source": source}  # fmt: skip


def text(kind: str, source: str, name: str) -> Cell:
    return {"cell_type": kind, "id": name, "metadata": {}, "source": source}


def put_first(cell: Cell) -> Change:
    return lambda notebook: notebook | {"cells": [cell, *notebook["cells"]]}


def put_last(cell: Cell) -> Change:
    return lambda notebook: notebook | {"cells": [*notebook["cells"], cell]}


def put_below(name: str, cell: Cell) -> Change:
    def change(notebook: Notebook) -> Notebook:
        at = next(number for number, one in enumerate(notebook["cells"], 1) if _facts(one).get("grade_id") == name)
        return notebook | {"cells": [*notebook["cells"][:at], cell, *notebook["cells"][at:]]}

    return change


def without(name: str) -> Change:
    return lambda notebook: notebook | {"cells": [cell for cell in notebook["cells"] if _facts(cell).get("grade_id") != name]}


def _facts(cell: Cell) -> dict[str, Any]:
    return cell["metadata"].get("nbgrader", {})


def _is_check(cell: Cell) -> bool:
    return bool(_facts(cell).get("grade")) and not _facts(cell)["solution"]


def _is_answer(cell: Cell) -> bool:
    return bool(_facts(cell).get("solution"))


def copies_and_turns_round(notebook: Notebook) -> Notebook:
    """Reverse the cells, and put a wrong copy of each answer above it: of copies, the last one counts."""
    cells = []
    for cell in reversed(notebook["cells"]):
        if _is_answer(cell):
            wrong = copy.deepcopy(cell) | {"id": f"copy-{cell['id']}"[:64]}
            name = _facts(cell)["grade_id"].removeprefix("solution-")
            cells.append(wrong | {"source": f"def {name}(*args):\n    return 0"})
        cells.append(cell)
    return notebook | {"cells": cells}


def deletes_metadata(notebook: Notebook) -> Notebook:
    return notebook | {"cells": [cell | {"metadata": {}} for cell in notebook["cells"]], "metadata": {}}


def text_instead_of_code(name: str) -> Change:
    """Make a Markdown cell of an answer's, as the key M does."""

    def change(notebook: Notebook) -> Notebook:
        for cell in notebook["cells"]:
            if _facts(cell).get("grade_id") == f"solution-{name}":
                cell["cell_type"] = "markdown"
                del cell["outputs"], cell["execution_count"]
        return notebook

    return change


def as_version_3(notebook: Notebook) -> Notebook:
    cells = []
    for cell in notebook["cells"]:
        one = {"cell_type": cell["cell_type"], "metadata": cell["metadata"]}
        if cell["cell_type"] == "code":
            more = {"input": cell["source"], "language": "python", "outputs": [], "collapsed": False, "prompt_number": 1}
        else:
            more = {"source": cell["source"]}
        cells.append(one | more)
    return {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [{"cells": cells, "metadata": {}}]}


def claims_points(notebook: Notebook) -> Notebook:
    """Forge what a cell says of itself, and what its last run has shown."""
    notebook["metadata"] = {"kernelspec": {"name": "mine", "display_name": "mine", "language": "bash"}}
    for cell in notebook["cells"]:
        if _is_check(cell) or _is_answer(cell):
            points = {"text/plain": "2.0"}
            cell["outputs"] = [{"output_type": "execute_result", "data": points, "metadata": {}, "execution_count": 1}]
            facts = {"grade": True, "points": 100, "locked": False, "checksum": "0" * 32}
            cell["metadata"]["nbgrader"] |= facts if _is_check(cell) else {"checksum": "0" * 32}
            cell["metadata"] |= {"editable": True, "score": 100}
    return notebook


def invents_a_check(notebook: Notebook) -> Notebook:
    facts = {"grade": True, "grade_id": "check-bonus", "locked": True, "points": 5, "schema_version": 3, "solution": False,
             "task": False, "cell_type": "code", "checksum": "0" * 32}  # fmt: skip
    return put_last(code("5", nbgrader=facts))(notebook)


def deletes_checks(notebook: Notebook) -> Notebook:
    return notebook | {"cells": [cell for cell in notebook["cells"] if not _is_check(cell)]}


def says_ten(notebook: Notebook) -> Notebook:
    return notebook | {"cells": [cell | {"source": "10"} if _is_check(cell) else cell for cell in notebook["cells"]]}


def as_number(number: int) -> str:
    """Return a cell's source after which IPython reads this number in the place of every cell."""
    return f'get_ipython().input_transformers_cleanup.append(lambda lines: ["{number}\\n"])'


def from_the_future(notebook: Notebook) -> Notebook:
    next(cell for cell in notebook["cells"] if _is_answer(cell))["metadata"]["nbgrader"]["schema_version"] = 99
    return notebook


def markup(notebook: Notebook) -> Notebook:
    """Put scripts wherever a notebook holds text that a page may show."""
    pretty = text("markdown", f"# Notes\n\n{hit('markdown')}\n\n[a link](javascript:window.__hit=['link'])", "notes")
    raw = text("raw", hit("raw"), "raw") | {"metadata": {"format": "text/html", "raw_mimetype": "text/html"}}
    attached = text("markdown", "![x](attachment:x.png)", "attached")
    attached["attachments"] = {"x.png": {"image/png": f'x"{hit("attachment")}', "text/html": hit("attachment")}}
    spoken = code(f"MARKUP = {hit('exception')!r}\nprint(MARKUP)  # {hit('comment')}")
    data = {"text/html": hit("output"), "application/javascript": "(window.__hit ??= []).push('javascript')"}
    for cell in (spoken, *filter(_is_check, notebook["cells"])):
        cell["outputs"] = [{"output_type": "display_data", "data": data, "metadata": {}}]
    notebook["metadata"]["title"] = hit("title")
    return notebook | {"cells": [spoken, pretty, raw, attached, *notebook["cells"]]}


def markup_in_names(notebook: Notebook) -> Notebook:
    named = {"grade_id": hit("grade_id"), "grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
    own = code("1 + 1", nbgrader=named) | {"id": hit("id")}
    for cell in filter(_is_check, notebook["cells"]):
        cell["id"] = hit("id")
    return put_first(own)(notebook)


def for_another_exercise(notebook: Notebook) -> Notebook:
    facts = {"grade": False, "locked": False, "schema_version": 3, "solution": True, "task": False, "grade_id": "solution-softmax"}
    answer = code("def softmax(z):\n    return z.exp() / z.exp().sum()", nbgrader=facts)
    facts = facts | {"grade": True, "locked": True, "solution": False, "grade_id": "check-softmax", "points": 10}
    checks = code('from grader import check\n\ncheck("exercise04", globals(), "softmax")', nbgrader=facts)
    return notebook | {"cells": [answer, checks]}

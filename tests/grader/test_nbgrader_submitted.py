"""What a student handed in, as nbgrader and an instructor's browser get it: the released cells, and inert text."""

import json

import nbformat
import pytest
from nbconvert import HTMLExporter

from grader.intake.limits import MAX_NOTEBOOK
from grader.nbgrader_bridge.slots import Slot
from grader.nbgrader_bridge.submitted import content, fenced, rebuilt


def slot(name, kind="code", source="x", locked=True, solution=False, task=False, points=None):
    return Slot(name, kind, source, f"sum of {name}", locked, solution, task, points)


KNOWN = (
    slot("text", "markdown", "# Title"),
    slot("solution-f", source="def f(): ...", locked=False, solution=True),
    slot("check-f", source='check("exercise03", globals(), "f")', points=2.0),
    slot("essay", "markdown", "YOUR ANSWER HERE", locked=False, solution=True, points=3.0),
    slot("check-exercise03", source='check("exercise03", globals())', points=0.0),
)


def cell(source, name=None, kind="code", **facts):
    metadata = {} if name is None else {"nbgrader": {"grade_id": name, "solution": name.startswith("solution")} | facts}
    return {"cell_type": kind, "source": source, "metadata": metadata}


def read(folder, *cells):
    """Hand a notebook in, and return what is made of it: the name and the source of each cell, and the notebook."""
    file = folder / "exercise03.ipynb"
    file.write_bytes(cells[0] if cells and isinstance(cells[0], bytes) else json.dumps({"cells": cells}).encode())
    notebook = rebuilt(file, KNOWN, "en").notebook
    nbformat.validate(notebook)
    return [(c.metadata.get("nbgrader", {}).get("grade_id"), c.source) for c in notebook.cells], notebook


RELEASED = [(one.name, one.source) for one in KNOWN]
ANSWER = cell("def f(): return 1", "solution-f")


def test_an_answer_and_cells_of_ones_own_stand_where_they_were(tmp_path):
    cells, _ = read(
        tmp_path, cell("# Title", "text", "markdown"), cell("import os"), ANSWER, cell("x", "check-f"), cell("f()")
    )
    assert cells == [RELEASED[0], (None, "import os"), ("solution-f", "def f(): return 1"), RELEASED[2],
                     ("essay", "this cell was not handed in"), RELEASED[4], (None, "f()")]  # fmt: skip


def test_what_is_locked_says_what_was_released_and_is_worth_that(tmp_path):
    forged = {"grade": False, "locked": False, "points": 1000, "schema_version": 99, "checksum": "0", "task": [1]}
    cells, notebook = read(
        tmp_path, cell("# Mine", "text", "markdown"), cell("10", "check-f", **forged), ANSWER, cell("100", "check-exercise03")
    )
    assert [one for one in cells if one[0] in ("text", "check-f", "check-exercise03")] == [RELEASED[0], RELEASED[2], RELEASED[4]]
    facts = {c.metadata.nbgrader.grade_id: c.metadata.nbgrader for c in notebook.cells}
    assert facts["check-f"] == KNOWN[2].metadata and facts["check-f"]["points"] == 2 and facts["check-f"]["schema_version"] == 3


def test_of_copies_the_last_is_the_answer_and_the_others_are_plain_cells(tmp_path):
    cells, _ = read(tmp_path, cell("first", "solution-f"), cell("second", "solution-f"), cell("x", "check-f"), cell("x", "check-f"))
    assert [one for one in cells if "first" in one or "second" in one] == [(None, "first"), ("solution-f", "second")]
    assert cells.count(RELEASED[2]) == 1 and (None, "x") in cells


@pytest.mark.parametrize(
    "handed_in",
    [b"this is no notebook", b"", b"[]", b"{}", b'{"cells": 3}', b'{"cells": [[]]}', b"\xff\xfe", b"{" * 100_000, b'{"cells": []}'],
    ids=lambda content: repr(content)[:20],
)
def test_of_what_cannot_be_read_every_released_cell_is_there(tmp_path, handed_in):
    cells, _ = read(tmp_path, handed_in)
    names = [name for name, _ in cells if name]
    assert names == [one.name for one in KNOWN]
    assert dict(cells)["solution-f"] == "# this cell was not handed in" and dict(cells)["check-f"] == RELEASED[2][1]


@pytest.mark.parametrize("handed_in, too_large", [(b" " * (MAX_NOTEBOOK + 1), True), (b"[" * 2_000_000, True), (b"no JSON", False)])
def test_what_is_too_large_to_be_read_is_told_apart_from_what_is_no_notebook(tmp_path, handed_in, too_large):
    file = tmp_path / "exercise03.ipynb"
    file.write_bytes(handed_in)
    assert rebuilt(file, KNOWN, "en").too_large == too_large


def test_an_older_notebook_is_read_too(tmp_path):
    sheet = {"cells": [{"cell_type": "code", "input": ["def f():\n", "    return 1"], "metadata": ANSWER["metadata"]}]}
    cells, _ = read(tmp_path, json.dumps({"nbformat": 3, "worksheets": [sheet]}).encode())
    assert dict(cells)["solution-f"] == "def f():\n    return 1"


def test_an_answer_in_words_keeps_what_it_says_and_an_untouched_one_its_own_words(tmp_path):
    cells, _ = read(tmp_path, cell("Because *so*.", "essay", "markdown", solution=True))
    assert dict(cells)["essay"] == "```\nBecause *so*.\n```"
    cells, _ = read(tmp_path, cell("YOUR ANSWER HERE", "essay", "markdown", solution=True))
    assert dict(cells)["essay"] == "YOUR ANSWER HERE"  # so that nbgrader sees that there is no response


LIVELY = [
    "<script>hit()</script>", "<img src=x onerror=hit()>", "![](x onerror=hit())", "[a](javascript:hit())", "<b>`</b>",
    "````\n<script>hit()</script>\n````", "~~~\n<script>hit()</script>", "```\n```\n<script>hit()</script>",
    "$\\href{javascript:hit()}{x}$", "\\begin{x}<img src=x onerror=hit()>", "</pre></code><script>hit()</script>",
    "x" * 300 + "<script>hit()</script>", "\u2028<script>hit()</script>",
]  # fmt: skip


def test_a_students_markdown_does_nothing_in_a_browser(tmp_path, tab):
    handed = [cell(text, kind=kind) for text in LIVELY for kind in ("markdown", "raw", "heading")]
    page, _ = HTMLExporter(mathjax_url="", require_js_url="").from_notebook_node(read(tmp_path, *handed, ANSWER)[1])
    hits = []
    tab.expose_function("hit", lambda: hits.append(1))
    tab.set_content(page)
    shown = {"".join(block.split()) for block in tab.locator("pre").all_inner_texts()}
    assert {"".join(text.split()) for text in LIVELY} <= shown, "each is shown as it was typed"
    assert not tab.locator("pre :is(script, img, a), a[href^=javascript], [onerror]").count() and not hits


def test_attachments_outputs_and_metadata_of_a_student_are_gone(tmp_path):
    lively = {"text/html": "<script>hit()</script>"}
    handed = ANSWER | {"outputs": [{"output_type": "display_data", "data": lively, "metadata": {}}],
                       "attachments": {"a": lively}, "id": '"><script>hit()</script>'}  # fmt: skip
    handed["metadata"] = handed["metadata"] | {"tags": ['"><script>hit()</script>'], "name": "<script>hit()</script>"}
    file = tmp_path / "exercise03.ipynb"
    whole = {"cells": [handed], "metadata": {"widgets": lively, "title": "<script>", "kernelspec": {"name": "bash"}}}
    file.write_text(json.dumps(whole), "utf-8")
    assert "hit" not in nbformat.writes(rebuilt(file, KNOWN, "en").notebook) and "bash" not in nbformat.writes(rebuilt(file, KNOWN, "en").notebook)


def test_a_fence_is_longer_than_any_in_the_text_and_lines_are_broken():
    assert fenced("a ```` b").startswith("`````\n") and fenced("plain") == "```\nplain\n```"
    assert max(map(len, fenced("word " * 100).splitlines())) <= 100
    assert "".join(fenced("word " * 100).splitlines()[1:-1]) == "word " * 100


def test_a_link_is_no_answer(tmp_path):
    """An instructor's own solution would be a right one."""
    mine = tmp_path / "mine" / "exercise03.py"
    mine.parent.mkdir()
    mine.write_bytes(b"def f(): return 1")
    link, folder = tmp_path / "exercise03.py", tmp_path / "folder"
    link.symlink_to(mine)
    folder.symlink_to(mine.parent)
    assert content(mine) and not content(link) and not content(folder / "exercise03.py") and not content(tmp_path)

"""The law of the layers: imports point down, and the command line starts without torch.

The table is architecture.md's: a module imports, of the grader, only modules of the rows above its own, and inside its
row only those to its left.
"""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "grader"

TABLE = {
    0: ["records", "paths", "i18n", "errors", "garbage"],
    1: ["catalogue", "intake.refusals", "intake.records", "intake.names", "intake.clashes", "intake.limits", "intake.kinds",
        "intake.compression", "intake.tars", "intake.zips", "intake.archives", "intake.folders", "intake.source", "notebooks", "explained", "collect",
        "layouts.records", "layouts.naming", "layouts.owners", "layouts.claims", "layouts.gradescope", "layouts.outer",
        "layouts.recognise", "roster", "attendance", "classroom", "desk", "scores", "steps", "database.schema", "database.connection",
        "database.packing", "database.marks", "store", "fingerprint", "processes", "sandbox.wire", "sandbox.encode", "sandbox.decode"],
    2: ["sandbox.kernel", "sandbox.syscalls", "sandbox.seccomp", "sandbox.landlock", "sandbox.limits", "sandbox.jail", "sandbox.trial",
        "sandbox.syntax", "sandbox.names", "sandbox.matching", "sandbox.reading", "sandbox.cells", "sandbox.needs", "sandbox.reach", "sandbox.replaced", "sandbox.bans", "sandbox.watch", "sandbox.surroundings", "sandbox.arguments", "sandbox.worker",
        "sandbox.zygote", "sandbox.tree", "sandbox.bubble", "sandbox.cgroup", "sandbox.child", "sandbox.spawning", "sandbox.forking",
        "sandbox.launch", "sandbox.probe", "sandbox.broker", "sandbox.replies", "sandbox.shown", "sandbox.loading", "sandbox.proxy", "sandbox.sides"],
    3: ["mistakes", "tolerance", "difference", "compare", "rules.pairs", "rules.shapes", "rules.ratios", "rules.values", "rules.suspected", "checks", "drawing", "verdict", "plugin", "unchanged", "told",
        "diagnosis", "bodies", "session"],
    4: ["run"],
    5: ["chunk", "batch"],
    6: ["page.frame", "side_by_side", "transcript", "statistics", "page.heatmap", "page.pictures", "page.evidence", "page.histogram", "page.matters",
        "page.template", "report", "cell_page", "class_page", "export.gradebook_csv", "outputs", "changes", "verify_files", "telling", "release", "scaffold",
        "verify", "operators", "mutation", "survivors",
        "nbgrader_bridge.cells", "nbgrader_bridge.course", "nbgrader_bridge.configured", "nbgrader_bridge.split", "nbgrader_bridge.source", "nbgrader_bridge.slots", "nbgrader_bridge.submitted",
        "nbgrader_bridge.marker", "nbgrader_bridge.marking", "nbgrader_bridge.handed_in", "nbgrader_bridge.penalties", "nbgrader_bridge.autograde", "nbgrader_bridge.late", "nbgrader_bridge.exported"],
    7: ["spoken", "grading", "standby", "at_hand", "live", "practice", "hints", "watch", "doctor", "progress", "classwork", "replay", "class_commands", "nbgrader_commands", "cli"],
}  # fmt: skip
ORDER = [module for row in sorted(TABLE) for module in TABLE[row]]

# These run in one process with student code, so that whatever they hold a student can read.
BESIDE_STUDENTS = ["sandbox.wire", "sandbox.encode", "sandbox.decode", "sandbox.kernel", "sandbox.syscalls", "sandbox.seccomp",
                   "sandbox.landlock", "sandbox.limits", "sandbox.jail", "sandbox.trial", "sandbox.syntax", "sandbox.names", "sandbox.matching", "sandbox.reading", "sandbox.cells", "sandbox.needs", "sandbox.reach", "sandbox.replaced", "sandbox.bans",
                   "sandbox.watch", "sandbox.surroundings", "sandbox.arguments", "sandbox.worker", "sandbox.zygote"]  # fmt: skip

# What is loaded before the command line has started its worker; torch would make every `grade` seconds slower.
LIGHT = [*TABLE[0], *TABLE[1], *TABLE[2][:-1], *TABLE[7]]
HEAVY = {"torch", "numpy", "pytest", "nbgrader", "nbformat", "nbconvert", "traitlets"}

# Nothing in them can run a student's code: a page can be made again from the records alone.
GIVEN_RECORDS = ["page.frame", "side_by_side", "transcript", "statistics", "page.heatmap", "page.pictures", "page.evidence",
                 "page.histogram", "page.matters", "page.template", "report", "cell_page", "class_page", "export.gradebook_csv"]  # fmt: skip

POSIX_ONLY = {"fcntl", "grp", "posix", "pty", "pwd", "resource", "syslog", "termios", "tty",
              "os.fork", "os.killpg", "os.setsid", "os.waitid", "os.WNOHANG", "signal.SIGKILL"}  # fmt: skip


def file_of(module: str) -> Path:
    return PACKAGE / f"{module.replace('.', '/')}.py"


def tree_of(module: str) -> ast.Module:
    return ast.parse(file_of(module).read_text("utf-8"))


def imported(tree: ast.AST) -> set[str]:
    """Every dotted name that the code imports, at its top or inside functions; `from a import b` gives a and a.b."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: a relative import; write the whole name"
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def imported_at_top(tree: ast.Module) -> set[str]:
    """Every dotted name that importing the code imports: what stands in functions does not count."""
    found, waiting = set(), list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            found |= imported(node)
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting += ast.iter_child_nodes(node)
    return found


def of_the_grader(module: str) -> set[str]:
    """The grader's modules that a module imports."""
    names = {name.removeprefix("grader.") for name in imported(tree_of(module)) if name.startswith("grader.")}
    return {name for name in names if file_of(name).is_file()}


def allowed(module: str) -> set[str]:
    """The grader's modules that a module may import."""
    row = next(row for row, modules in TABLE.items() if module in modules)
    left = TABLE[row][: TABLE[row].index(module)]
    if module in BESIDE_STUDENTS:
        return set(BESIDE_STUDENTS) & set(ORDER[: ORDER.index(module)])
    if module in GIVEN_RECORDS:
        return {*TABLE[0], *left}
    return {*left, *(other for above in TABLE if above < row for other in TABLE[above])}


def test_every_module_is_in_the_table():
    files = {path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py") if "_data" not in path.parts}
    modules = {".".join(path.with_suffix("").parts) for path in files if path.name != "__init__.py"}
    assert modules == set(ORDER)


@pytest.mark.parametrize(
    "package",
    ["__init__", "intake.__init__", "layouts.__init__", "sandbox.__init__", "page.__init__", "export.__init__", "database.__init__",
     "nbgrader_bridge.__init__"],
)
def test_a_package_imports_nothing(package):
    assert imported_at_top(tree_of(package)) == set()


@pytest.mark.parametrize("module", ORDER)
def test_imports_point_down(module):
    assert of_the_grader(module) - allowed(module) == set()


@pytest.mark.parametrize("module", ORDER)
def test_a_module_imports_what_it_names_and_not_by_a_string(module):
    dynamic = {"importlib.import_module", "importlib", "__import__"}
    called = {node.id for node in ast.walk(tree_of(module)) if isinstance(node, ast.Name)}
    assert not dynamic & (imported(tree_of(module)) | called)


@pytest.mark.parametrize("module", LIGHT)
def test_what_the_command_line_loads_first_is_light(module):
    assert not {name.split(".")[0] for name in imported_at_top(tree_of(module))} & HEAVY


@pytest.mark.parametrize("module", [module for module in ORDER if module != "sandbox.zygote"])
def test_only_the_zygote_may_need_posix(module):
    assert not imported_at_top(tree_of(module)) & POSIX_ONLY


def loaded_by(code: str) -> set[str]:
    """The modules that a fresh interpreter holds once it has run the code."""
    told = f"{code}\nimport json, sys; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", told], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_the_command_line_starts_without_torch_numpy_or_pytest():
    loaded = loaded_by("import grader.cli")
    assert not loaded & HEAVY
    assert {"grader.catalogue", "grader.collect", "grader.sandbox.launch"} <= loaded


def test_all_that_is_light_loads_without_torch_numpy_or_pytest():
    assert not loaded_by("\n".join(f"import grader.{module}" for module in LIGHT)) & HEAVY


def test_a_worker_holds_no_module_of_the_grader_but_its_own():
    loaded = {name for name in loaded_by("import grader.sandbox.zygote") if name.startswith("grader.")}
    assert loaded == {"grader.sandbox", *(f"grader.{module}" for module in BESIDE_STUDENTS)}


def test_the_whole_command_line_help_runs_without_torch():
    code = (
        "import sys\nfrom grader import cli\nsys.argv = ['grade', '--help']\n"
        "try:\n    cli.main()\nexcept SystemExit as end:\n    assert not end.code\n"
    )
    assert not loaded_by(code) & HEAVY


@pytest.mark.parametrize(
    "source, names",
    [("def f():\n    from grader import run", {"grader", "grader.run"}), ("class A:\n    import grader.run", {"grader.run"}),
     ("if 1:\n    from grader.sandbox import wire as w", {"grader.sandbox", "grader.sandbox.wire"})],
)  # fmt: skip
def test_the_law_sees_imports_wherever_they_stand(source, names):
    assert imported(ast.parse(source)) == names

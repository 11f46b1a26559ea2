"""Pictures of numbers: what is drawn lies where it belongs, whatever a student returned, and stays small."""

from __future__ import annotations

import math
import re
from xml.etree import ElementTree

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.compare import Mismatch, close
from grader.difference import json_numbers
from grader.page.frame import BOTTOM, LEFT, RIGHT, TOP, Picture
from grader.page.heatmap import heat_map
from grader.page.pictures import drawn

LIMIT = 30_000
NUMBER = r"-?\d+(?:\.\d+)?"


def curve(got: list, wanted: list) -> Picture:
    return drawn({"kind": "curve", "got": got, "wanted": wanted}, "name")


def path(got: list, wanted: list, a: object = ((2.0, 1.0), (1.0, 3.0)), b: object = (1.0, 2.0)) -> Picture:
    rows = [list(row) for row in a] if isinstance(a, tuple) else a
    return drawn({"kind": "path", "got": got, "wanted": wanted, "a": rows, "b": list(b)}, "name")


def heat(got: torch.Tensor, wanted: torch.Tensor) -> Picture:
    with pytest.raises(Mismatch) as caught:
        close(got, wanted)
    return heat_map(caught.value.details, "name")


def element(picture: Picture) -> ElementTree.Element:
    """Return a picture's SVG as XML; it is well-formed, labelled, small, and all of its numbers are."""
    root = ElementTree.fromstring(picture.svg)
    assert root.get("role") == "img" and root.get("aria-labelledby") == picture.label == "name"
    assert len(picture.svg) < LIMIT
    places = "".join(value for each in root.iter() for key, value in each.items() if key in ("d", "x", "y", "cx", "cy"))
    assert not re.search("nan|inf|e", places)
    return root


def line(picture: Picture, kind: str) -> list[tuple[float, float]]:
    """Return the points of the line of this class, in the picture."""
    (inside,) = [each for each in element(picture) if each.tag == "svg"]
    (found,) = [each for each in inside if each.get("class") == kind]
    return [(float(x), float(y)) for x, y in re.findall(rf"({NUMBER}) ({NUMBER})", found.get("d"))]


def texts(picture: Picture, language: str = "en") -> list[str]:
    return [each.text for each in element(picture).iter("text") if each.get("lang", language) == language]


def scale(picture: Picture, across: bool) -> tuple[float, float]:
    """Return factor and offset that turn a place in the picture into a number, read off the axis's ticks."""
    found = []
    for each in element(picture).iter("text"):
        on_axis = float(each.get("y")) == BOTTOM + 17 if across else float(each.get("x")) == LEFT - 7
        if on_axis and re.fullmatch(r"[-\d.e]+", each.text):
            found.append((float(each.get("x")) if across else float(each.get("y")) - 4, float(each.text)))
    (place, number), (other_place, other) = found[0], found[-1]
    factor = (other - number) / (other_place - place)
    return factor, number - factor * place


def inside(point: tuple[float, float]) -> bool:
    return LEFT <= point[0] <= RIGHT and TOP <= point[1] <= BOTTOM


# Curves


def test_the_losses_lie_where_the_ticks_say():
    picture = curve([3.0, 2.0, 1.5, 1.25], [3.0, 1.0, 0.5, 0.25])
    across, up = scale(picture, True), scale(picture, False)
    for kind, losses in (("got", [3.0, 2.0, 1.5, 1.25]), ("wanted", [3.0, 1.0, 0.5, 0.25])):
        points = [(across[0] * x + across[1], up[0] * y + up[1]) for x, y in line(picture, kind)]
        assert points == [pytest.approx(point, abs=0.02) for point in enumerate(losses)]


def test_steps_are_whole_numbers():
    assert {"0", "1", "2"} <= set(texts(curve([1, 2, 3], [1, 2, 3]))) and "0.5" not in texts(curve([5, 6], [5, 6]))


def test_losses_that_span_decades_get_a_logarithmic_axis():
    losses = [10.0**-power for power in range(5)]
    heights = [y for _, y in line(curve(losses, losses), "wanted")]
    steps = [after - before for before, after in zip(heights, heights[1:], strict=False)]
    assert steps == [pytest.approx(steps[0], abs=0.2)] * 4
    assert "loss (log scale)" in texts(curve(losses, losses)) and "loss" in texts(curve([1, 2], [1, 2]))


@pytest.mark.parametrize("got", [[1.0, 1e6, 1e30, 1e300], [1.0, -50.0, 1e4, -1e9], [1.0, 2.0, "inf", "nan"]])
def test_a_loss_that_runs_away_leaves_the_picture_and_the_wanted_one_stays_readable(got):
    picture = curve(got, [1.0, 0.5, 0.3, 0.2])
    wanted = line(picture, "wanted")
    assert all(map(inside, wanted)) and max(y for _, y in wanted) - min(y for _, y in wanted) > 10
    mine = line(picture, "got")
    assert inside(mine[0]) and not inside(mine[-1])
    assert "leaves the picture at step" in picture.caption.en and "그림 밖으로 나갑니다" in picture.caption.ko


def test_the_caption_says_how_it_ends_and_where_it_is_no_number():
    assert "It ends at 1.25, and 0.25 was wanted." in curve([2.0, 1.25], [2.0, 0.25]).caption.en
    assert "What came back is nan at step 1." in curve([2.0, "nan"], [2.0, 1.0]).caption.en
    assert "There are 1 losses, and 3 were wanted." in curve([2.0], [2.0, 1.0, 0.5]).caption.en


def test_the_lines_are_told_apart_without_colours():
    classes = [each.get("class") for each in element(curve([1, 2], [2, 1])).iter("path")]
    assert classes.count("got") == classes.count("got dots") == classes.count("wanted") == 2
    assert {"got", "wanted"} <= set(texts(curve([1, 2], [2, 1]), "en"))
    assert {"결과", "기댓값"} <= set(texts(curve([1, 2], [2, 1]), "ko"))


def test_ticks_of_losses_that_hardly_change_can_be_told_apart():
    shown = texts(curve([1000.0, 1000.1], [1000.0, 1000.2]))
    assert len(shown) == len(set(shown)) and sum(text.startswith("1000") for text in shown) >= 2


def test_five_hundred_steps_stay_small():
    losses = [5 * 0.99**step + 0.001 * (step % 7) for step in range(500)]
    assert len(line(curve(losses, losses), "got")) == 500


# Paths


WALK = [[2.0, -1.0], [1.8, -0.7], [1.45, -0.23], [1.0, 0.27]]


def test_a_path_lies_where_the_ticks_say():
    picture = path(WALK, [*WALK[:3], [1.1, 0.3]])
    across, up = scale(picture, True), scale(picture, False)
    got = [[across[0] * x + across[1], up[0] * y + up[1]] for x, y in line(picture, "got")]
    assert got == [pytest.approx(point, abs=0.02) for point in WALK]


def test_a_right_angle_looks_like_one():
    picture = path(WALK, WALK)
    assert -scale(picture, True)[0] == pytest.approx(scale(picture, False)[0], rel=0.02)


@pytest.mark.parametrize(
    "a, b",
    [(((2.0, 1.0), (1.0, 3.0)), (1.0, 2.0)), (((1.0, 0.0), (0.0, -1.0)), (0.0, 0.0)),
     (((1.0, 0.0), (0.0, 0.0)), (0.0, 0.0)), (((1.0, 0.0), (0.0, 1000.0)), (0.5, 3.0)),
     (((-1.0, 0.3), (0.3, -2.0)), (1.0, 0.0)), (((1.0, 3.0), (-1.0, 2.0)), (0.0, 1.0))],
    ids=["bowl", "saddle", "valley", "steep", "hill", "not symmetric"],
)  # fmt: skip
def test_on_a_contour_f_is_the_same(a, b):
    picture = path(WALK, WALK, a, b)
    across, up = scale(picture, True), scale(picture, False)
    (contours,) = [each for each in element(picture).iter("path") if each.get("class") == "contours"]
    pieces = re.findall(rf"M({NUMBER}) ({NUMBER})L({NUMBER}) ({NUMBER})", contours.get("d"))
    assert len(pieces) > 50

    def f(x: str, y: str) -> float:
        w = torch.tensor([across[0] * float(x) + across[1], up[0] * float(y) + up[1]], dtype=torch.float64)
        return float(w @ torch.tensor(a, dtype=torch.float64) @ w / 2 - torch.tensor(b, dtype=torch.float64) @ w)

    heights = [(f(x0, y0), f(x1, y1)) for x0, y0, x1, y1 in pieces]
    span = max(max(pair) for pair in heights) - min(min(pair) for pair in heights)
    assert max(abs(start - end) for start, end in heights) < 0.03 * span
    levels = sorted({round(start / span, 1) for start, _ in heights})
    assert 4 <= len(levels) <= 11


def test_the_lowest_point_is_marked_where_there_is_one():
    assert "The cross is the lowest point, (0.2, 0.6)." in path(WALK, WALK).caption.en
    assert 'class="lowest"' in path(WALK, WALK).svg
    assert 'class="lowest"' not in path(WALK, WALK, ((1.0, 0.0), (0.0, -1.0))).svg


def test_a_path_that_runs_away_is_cut_off():
    far = [[2.0, -1.0], [-4.0, 9.0], [50.0, -80.0], [-1e5, 1e6], ["inf", "nan"]]
    picture = path(far, WALK)
    assert all(map(inside, line(picture, "wanted")))
    assert len(line(picture, "got")) == 2
    assert "What came back leaves the picture at step 1." in picture.caption.en


@pytest.mark.parametrize("a", [None, [], [[1.0]], [[1.0, "nan"], [0.0, 1.0]], [[1e300, 0.0], [0.0, 1.0]], "no", [1, 2]])
def test_without_a_quadratic_there_is_a_path_without_contours(a):
    picture = path(WALK, WALK, a)
    assert line(picture, "got") and "contours" not in picture.svg


# Heat maps


def cells(picture: Picture) -> dict[str, int]:
    """Return how many cells each class paints; the key's own are not counted."""
    painted = [each for each in element(picture).iter("path") if each.get("class") != "cross"]
    return {each.get("class"): each.get("d").count("z") for each in reversed(painted[1:])}


def test_the_wrong_cells_are_painted_where_they_are():
    right = torch.zeros(3, 4)
    wrong = right.clone()
    wrong[1, 2], wrong[2, 0] = 1.0, 100.0
    root = element(heat(wrong, right))
    frame = next(each for each in root.iter("path") if each.get("class") == "e0").get("d")
    left, top, end, bottom = map(float, re.match(rf"M({NUMBER}) ({NUMBER})H({NUMBER})V({NUMBER})", frame).groups())
    places = {}
    for each in list(root.iter("path"))[1:3]:
        cell = re.match(rf"M({NUMBER}) ({NUMBER})h({NUMBER})v({NUMBER})", each.get("d"))
        x, y, wide, tall = map(float, cell.groups())
        places[each.get("class")] = (round((y - top) / tall), round((x - left) / wide))
        assert (end - left, bottom - top) == (pytest.approx(4 * wide), pytest.approx(3 * tall))
    assert places == {"e1": (1, 2), "e4": (2, 0)}


def test_the_key_names_the_levels_that_there_are():
    right = torch.zeros(4, 4)
    wrong = right.clone()
    wrong[0] = torch.tensor([0.001, 1.0, 1000.0, float("nan")])
    shown = texts(heat(wrong, right))
    assert shown[-5:] == ["right", "≤ 0.032", "≤ 1", "≤ 1000", "inf, nan"]
    assert "맞음" in texts(heat(wrong, right), "ko")


@pytest.mark.parametrize("bad", [float("inf"), float("-inf"), float("nan")])
def test_what_is_not_finite_is_crossed_out_and_no_colour_only(bad):
    picture = heat(torch.tensor([bad, 1.0]), torch.ones(2))
    assert 'class="cross"' in picture.svg and cells(picture)["e5"] == 1


def test_the_first_and_last_index_stand_beside_it():
    assert texts(heat(torch.ones(12, 15), torch.zeros(12, 15)))[:4] == ["0", "14", "0", "11"]
    assert texts(heat(torch.ones(2, 3, 4), torch.zeros(2, 3, 4)))[:4] == ["0", "3", "0, 0", "1, 2"]
    assert texts(heat(torch.ones(40), torch.zeros(40)))[:2] == ["0", "39"]


def test_one_number_gets_no_map():
    assert heat(torch.tensor(1.0), torch.tensor(2.0)) is None


@pytest.mark.parametrize("shape", [(2,), (1, 1), (300,), (500, 1), (1, 700), (32, 32), (1000, 1000), (5, 4, 3, 2)])
def test_a_map_is_small_and_no_wider_than_a_phone(shape):
    picture = heat(torch.arange(math.prod(shape), dtype=torch.float64).reshape(shape) + 1, torch.zeros(shape))
    assert float(element(picture).get("width")) <= 360
    assert ("A cell stands for several values" in picture.caption.en) == (max(math.prod(shape[:-1]), shape[-1]) > 32)


def test_the_caption_counts():
    assert "3 of 40 values" in heat(torch.cat([torch.ones(3), torch.zeros(37)]), torch.zeros(40)).caption.en


# Whatever comes


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["inf", "-inf", "nan", "<b>"]),
    lambda inner: st.lists(inner, max_size=4), max_leaves=12,
)  # fmt: skip
losses = st.lists(st.floats() | st.floats(1e-3, 10) | st.sampled_from(["inf", "-inf", "nan"]), max_size=12)
number = st.floats() | st.floats(-3, 3) | st.sampled_from(["nan"])
points = st.lists(st.lists(number, min_size=2, max_size=2), max_size=8)


@settings(max_examples=200, deadline=None)
@given(st.one_of(anything, losses), st.one_of(anything, losses))
def test_no_losses_break_a_curve(got, wanted):
    picture = curve(got, wanted)
    assert picture is None or element(picture) is not None


@settings(max_examples=60, deadline=None)
@given(st.one_of(anything, points), points, st.one_of(anything, st.lists(points, min_size=2, max_size=2)), losses)
def test_no_points_break_a_path(got, wanted, a, b):
    picture = path(got, wanted, a, b)
    assert picture is None or element(picture) is not None


@settings(max_examples=100, deadline=None)
@given(st.one_of(anything, st.lists(losses, max_size=5)), st.one_of(anything, st.lists(st.integers(0, 5), max_size=3)))
def test_no_errors_break_a_map(error, shape):
    picture = heat_map({"error": error, "got": {"shape": shape}}, "name")
    assert picture is None or element(picture) is not None


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(width=32), min_size=4, max_size=4), st.lists(st.floats(width=32), min_size=4, max_size=4))
def test_no_tensors_break_a_map(got, wanted):
    mine, theirs = (torch.tensor(numbers).reshape(2, 2) for numbers in (got, wanted))
    try:
        close(mine, theirs)
    except Mismatch as mismatch:
        assert element(heat_map(mismatch.details, "name")) is not None
    assert json_numbers(mine)

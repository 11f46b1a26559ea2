"""Names of strangers: what every system can keep is kept, what none should is refused, and a student's folder is safe."""

import re
import unicodedata
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.intake import names
from grader.intake.names import folder_name

from .packing import END, GOOD, GOOD_MEMBER, Raw, block, header, unpacked, zipped


@pytest.fixture
def taken(tmp_path):
    return partial(unpacked, tmp_path)


def test_names_that_macos_decomposes_are_composed(taken):
    files, refused = taken(zipped(Raw("\u1100\u1175\u11b7.py".encode())))
    assert (list(files), refused) == (["김.py"], {})


def test_letters_that_need_joiners_keep_their_names_without(taken):
    files, refused = taken(zipped(Raw("ශ්\u200dරී/a\u3000b.py".encode())))
    assert (list(files), refused) == (["ශ්රී/a b.py"], {})


@pytest.mark.parametrize("name", [b"../evil.py", b"a/../../evil.py", b"..\\evil.py", b"/etc/evil.py", b"\\\\host\\evil.py",
                                  b"C:\\evil.py", b"c:evil.py", b"../evil/"])  # fmt: skip
@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_a_name_that_leads_out_is_refused(taken, name, kind):
    if kind == "zip":
        archive = zipped(Raw(name, b"x = 1"), Raw())
    else:
        folder = name.endswith(b"/")
        archive = (header(name, kind=b"5") if folder else header(name, 5) + block(b"x = 1")) + GOOD_MEMBER + END
    files, refused = taken(archive)
    assert files == {"good.py": GOOD}
    assert [shown.rstrip("/") for shown in refused] == [name.decode().rstrip("/")]
    assert "leads out of its folder" in "".join(refused.values())


@pytest.mark.parametrize("name, shown, reason", [
    ("a\x1b[31m.py", r"a\x1b[31m.py", "invisible"), ("a\u202eyp.py", r"a\u202eyp.py", "invisible"),
    ("a\nb.py", r"a\nb.py", "invisible"), ("a\tb.py", r"a\tb.py", "invisible"), ("a\0b.py", r"a\x00b.py", "invisible"),
    ("a\u3164.py", "a\u3164.py", "invisible"), ("a?.py", "a?.py", "not allowed everywhere"),
    ("ab:c.py", "ab:c.py", "not allowed everywhere"), ("aux.py", "aux.py", "Windows cannot keep"),
    ("CON/a.py", "CON/a.py", "Windows cannot keep"), ("com1 .b.py", "com1 .b.py", "Windows cannot keep"),
    ("dot./a.py", "dot./a.py", "Windows cannot keep"), ("space /a.py", "space /a.py", "Windows cannot keep"),
    ("", "''", "has no name"), (".", ".", "has no name"), ("a" * 253 + ".py", "a" * 200 + "...", "more than 255 bytes"),
    ("각" * 100 + ".py", "각" * 100 + ".py", "more than 255 bytes"), ("a\u0301" * 30_000, None, "more than 255 bytes"),
    ("d/" * 16 + "a.py", "d/" * 16 + "a.py", "more than 16 folders deep"),
])  # fmt: skip
def test_a_name_that_not_every_system_can_keep_is_refused(taken, name, shown, reason):
    files, refused = taken(zipped(Raw(name.encode()[:65_000]), Raw()))
    assert files == {"good.py": GOOD}
    assert reason in "".join(refused.values())
    assert shown is None or list(refused) == [shown]


def test_a_name_that_is_no_text_is_refused(taken):
    files, refused = taken(zipped(Raw(b"\xff\xfe.py"), Raw()))
    assert files == {"good.py": GOOD}
    assert refused == {r"\udcff\udcfe.py": r"\udcff\udcfe.py has characters in its name that are invisible or not allowed"
                       " everywhere; rename it"}  # fmt: skip


NAMES = st.one_of(st.text(), st.text("aAbB.~ -_/\\:\u0301\xc5\xe5\u212b\u1112\u1161\u11ab한ßſıİ\u200d\ufe0f\u3164\ud800"),
                  st.sampled_from(["con", "NUL.txt", "..", ".", "", "com1", "a" * 300, "김" * 300, "COM\xb9", "kim.", "-rf"]))  # fmt: skip


@pytest.mark.parametrize("student", ["김하늘", "park_sora", "kim 2", "o.neil", "josé", "ahnalice_12345", "संध्या"])
def test_an_ordinary_name_in_small_letters_stays(student):
    assert folder_name(student) == student


@pytest.mark.parametrize("student, start", [
    ("Kim Haneul", "Kim Haneul~"), ("../../etc", "_.._etc~"), ("CON", "_CON~"), ("nul.txt", "_nul.txt~"), ("", "student~"),
    ("a\u202eb", "a_b~"), ("김\n하늘", "김_하늘~"), ("a" * 300, "a" * 40 + "~"), ("kim.", "kim~"), ("/", "_~"), ("a~b", "a_b~"),
    (unicodedata.normalize("NFD", "김하늘"), "김하늘~"),
])  # fmt: skip
def test_any_other_name_gets_a_hash(student, start):
    assert re.fullmatch(re.escape(start) + "[a-z2-7]{16}", folder_name(student))


@given(NAMES)
def test_a_folders_name_is_safe_everywhere(student):
    name = folder_name(student)
    assert names.safe(name) == name == folder_name(student)
    assert name not in ("", ".", "..") and not set(name) & set('/\\:*?"<>|') and name.isprintable()
    assert name[0] not in " .-" and len(name) <= 60 and len(name.encode()) <= 200
    assert name.split(".")[0].upper() not in names.RESERVED


def same_folder(name):
    """What a file system that ignores case and composition makes of a name."""
    return {
        unicodedata.normalize("NFC", unicodedata.normalize("NFD", fold(name)))
        for fold in (str.casefold, str.lower, str.upper)
    }


@given(NAMES, NAMES)
def test_different_names_never_share_a_folder(one, other):
    variants = {one, other, one.upper(), one.lower(), one.swapcase(), folder_name(one), folder_name(one).upper(),
                *(unicodedata.normalize(form, one) for form in ("NFC", "NFD", "NFKC"))}  # fmt: skip
    folders = [same_folder(folder_name(name)) for name in variants]
    assert sum(map(len, folders)) == len(set().union(*folders))


def test_a_long_hostile_name_costs_no_time():
    assert len(folder_name("e" + "\u0301\u0323" * 500_000)) == 57

"""Archives for the tests of intake: as systems write them, and by hand, with whatever lies an attacker would tell."""

import io
import os
import struct
import tarfile
import zipfile
import zlib
from dataclasses import dataclass, field

from grader.collect import gather

GOOD = b"def double(x):\n    return 2 * x\n"
HANGUL = "김하늘/과제.py"


@dataclass
class Raw:
    """An entry of a zip as the test wants it, true or not; `listed` is what the directory says instead."""

    name: bytes = b"good.py"
    content: bytes = GOOD
    flags: int = 1 << 11
    method: int = 0
    packed: bytes | None = None
    size: int | None = None
    mode: int = 0o100644
    extra: bytes = b""
    local_extra: bytes = b""
    listed: dict = field(default_factory=dict)


def zipped(*entries, before=b"", comment=b"", count=None, end64=None):
    """Write a zip by hand; `end64` is what a zip64 says at its end of its directory: count, count, length, start."""
    body, directory = bytearray(before), bytearray()
    for raw in entries:
        packed = raw.content if raw.packed is None else raw.packed
        size = len(raw.content) if raw.size is None else raw.size
        crc = zlib.crc32(raw.content)
        said = {"name": raw.name, "flags": raw.flags, "method": raw.method, "crc": crc, "packed": len(packed),
                "size": size, "start": len(body) - len(before), "version": 20, "date": 0x5D6B} | raw.listed  # fmt: skip
        directory += struct.pack(
            "<4s6H3L5H2L", b"PK\1\2", 0x0314, said["version"], said["flags"], said["method"], 0, said["date"], said["crc"],
            said["packed"], said["size"], len(said["name"]), len(raw.extra), 0, 0, 0, raw.mode << 16, said["start"],
        ) + said["name"] + raw.extra  # fmt: skip
        body += struct.pack("<4s5H3L2H", b"PK\3\4", 20, raw.flags, raw.method, 0, 0, crc, len(packed), size, len(raw.name),
                            len(raw.local_extra)) + raw.name + raw.local_extra + packed  # fmt: skip
    start = len(body) - len(before)
    more = b""
    if end64 is not None:
        more = struct.pack("<4sQ2H2L4Q4sLQL", b"PK\6\6", 44, 45, 45, 0, 0, *end64, b"PK\6\7", 0, 0, 1)
    count = len(entries) if count is None else count
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(directory), start, len(comment))
    return bytes(body + directory + more + end + comment)


def deflated(content):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


def packed(name, content, **other):
    return Raw(name, content, method=8, packed=deflated(content), **other)


def zip_of(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def tar_of(*members, mode="w", form=tarfile.PAX_FORMAT):
    """Write a tar of (name, content, changes to its TarInfo)."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode, format=form) as archive:
        for name, content, changes in members:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            for key, value in changes.items():
                setattr(info, key, value)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def header(name, size=0, kind=b"0", number=None):
    """One block of a tar by hand; `number` is the size field as it stands there."""
    block = bytearray(512)
    block[: len(name)] = name
    block[100:124] = b"0000644\0" + b"0000000\0" * 2
    block[124:136] = number or b"%011o\0" % size
    block[136:148] = b"%011o\0" % 1_700_000_000
    block[156:157] = kind
    block[257:265] = b"ustar\x0000"
    block[148:156] = b"%06o\0 " % (sum(block) + 8 * 32)
    return bytes(block)


def block(content):
    return content + bytes(-len(content) % 512)


GOOD_MEMBER = header(b"good.py", len(GOOD)) + block(GOOD)
END = bytes(1024)


def write(place, content=b"x = 1"):
    """Write a file, and the folders above it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    return place


def taken_from(place):
    """Gather a place: what was taken, {path: content}, and what was refused, {name: reason in English}."""
    gathered = gather(place)
    for refused in gathered.refused:
        assert refused.name.isprintable()
        assert refused.name in refused.reason.en and refused.name in refused.reason.ko
    return ({str(file.path): file.content for file in gathered.files},
            {refused.name: refused.reason.en for refused in gathered.refused})  # fmt: skip


def unpacked(folder, content, name="class.zip"):
    """Gather an archive of these bytes, which leaves nothing behind in its folder."""
    place = folder / name
    place.write_bytes(content)
    found = taken_from(place)
    assert os.listdir(folder) == [name] and place.read_bytes() == content
    return found

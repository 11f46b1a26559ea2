"""Compile the translations, each beside its source, before a wheel or an editable install is made."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileTranslations(BuildHookInterface):
    """Turn every locale/LANGUAGE/LC_MESSAGES/grader.po into the grader.mo that gettext reads."""

    def initialize(self, version: str, build_data: dict) -> None:
        """Run before either kind of build."""
        sources = sorted(Path(self.root, "locale").glob("*/LC_MESSAGES/grader.po"))
        if not sources:
            raise FileNotFoundError("no translations: locale/ko/LC_MESSAGES/grader.po is missing")
        for source in sources:
            compile_catalogue(source)


def compile_catalogue(source: Path) -> None:
    """Write the .mo of one .po; a malformed line stops the build."""
    with source.open("rb") as po:
        catalogue = read_po(po, locale=source.parts[-3], abort_invalid=True)
    with source.with_suffix(".mo").open("wb") as mo:
        write_mo(mo, catalogue)

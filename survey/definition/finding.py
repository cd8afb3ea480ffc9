"""What is wrong with a definition, at its line and column."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from survey.definition.tree import Mapping, place_of


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing to mend: `E...` stops the definition from being used, `W...` is advice (see docs/checks.md)."""

    file: str
    line: int
    code: str
    message: str
    column: int = 0  # from 1; 0: not known

    @property
    def is_error(self) -> bool:
        """Tell whether the definition cannot be used with it."""
        return self.code.startswith("E")

    def __str__(self) -> str:
        """Give `file:line:column: CODE message`, as compilers do, so that editors can jump to it."""
        column = f":{self.column}" if self.column else ""
        return f"{self.file}:{self.line}{column}: {self.code} {self.message}"


@dataclass(frozen=True, slots=True)
class Source:
    """Where each part of a definition stands in its file, and what was found of the translations beside it."""

    file: str
    tree: Mapping
    remarks: tuple[Finding, ...] = ()
    translated: frozenset[str] = frozenset()  # languages of which the words stand beside the file
    groups: frozenset[str] = frozenset()  # of questions that are asked several times

    def once(self, findings: Iterable[Finding]) -> list[Finding]:
        """Give findings in their order, and what is said of each time of a group once."""
        seen: dict[tuple[str, int, int, str, str], Finding] = {}
        for each in sorted(findings):
            message = each.message
            for group in self.groups:
                if re.search(rf"\b{group}_\d+_", message):  # its conditions differ from time to time
                    message = re.sub(r"`[^`]* [^`]*`|\d+", "", message)
            seen.setdefault((each.file, each.line, each.column, each.code, message), each)
        return list(seen.values())

    def line(self, *path: str | int) -> int:
        """Give the line of a part, by the path of ids and indexes to it in the model."""
        return place_of(self.tree, *path)[1]

    def finding(self, code: str, message: str, *path: str | int) -> Finding:
        """Give a finding at a part, in the file where that part stands."""
        file, line = place_of(self.tree, *path)
        return Finding(file or self.file, line, code, message, getattr(line, "column", 0))

    def finding_inside(self, code: str, message: str, column: int, *path: str | int) -> Finding:
        """Give a finding at a column (from 1) of a condition or calculation, where it stands on one line."""
        file, line = place_of(self.tree, *path)
        inside = getattr(line, "inside", None)
        at = inside + column - 1 if inside else getattr(line, "column", 0)
        return Finding(file or self.file, line, code, message, at)


class BrokenDefinition(ValueError):
    """A definition that cannot be used; carries everything that is wrong with it."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = findings

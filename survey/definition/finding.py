"""What is wrong with a definition, at its line."""

from __future__ import annotations

from dataclasses import dataclass

from survey.definition.tree import Mapping, line_of


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing to mend: `E...` stops the definition from being used, `W...` is advice (see docs/checks.md)."""

    file: str
    line: int
    code: str
    message: str

    @property
    def is_error(self) -> bool:
        """Tell whether the definition cannot be used with it."""
        return self.code.startswith("E")

    def __str__(self) -> str:
        """Give `file:line: CODE message`, as compilers do, so that editors can jump to it."""
        return f"{self.file}:{self.line}: {self.code} {self.message}"


@dataclass(frozen=True, slots=True)
class Source:
    """Where each part of a definition stands in its file."""

    file: str
    tree: Mapping

    def line(self, *path: str | int) -> int:
        """Give the line of a part, by the path of ids and indexes to it in the model."""
        return line_of(self.tree, *path)

    def finding(self, code: str, message: str, *path: str | int) -> Finding:
        """Give a finding at a part."""
        return Finding(self.file, self.line(*path), code, message)


class BrokenDefinition(ValueError):
    """A definition that cannot be used; carries everything that is wrong with it."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = findings

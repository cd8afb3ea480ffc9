"""The answers of many students as one matrix of small numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from survey.answers import Value, Values


@dataclass(frozen=True, slots=True)
class Cohort:
    """Answers of n responses: `codes` (n x questions) gives the place of each in `values`, -1 where there is none.

    `values` holds, for each question, the different answers that occur: option codes, lists of codes, exact numbers.
    So a column stays one of whole numbers whatever is answered, and fits any definition with these questions.
    """

    questions: tuple[str, ...]
    values: tuple[tuple[Value, ...], ...]
    codes: npt.NDArray[np.int32]

    @property
    def size(self) -> int:
        """Return the number of responses."""
        return int(self.codes.shape[0])

    def column(self, question: str) -> tuple[npt.NDArray[np.int32], tuple[Value, ...]]:
        """Return the codes and values of a question; of one that nobody was asked, only -1."""
        if question not in self.questions:
            return np.full(self.size, -1, np.int32), ()
        place = self.questions.index(question)
        return self.codes[:, place], self.values[place]


def gather(rows: Iterable[Values], questions: Iterable[str]) -> Cohort:
    """Give the answers of many students to these questions as a matrix."""
    rows, questions = list(rows), tuple(questions)
    codes = np.empty((len(rows), len(questions)), np.int32, order="F")
    values = []
    for place, question in enumerate(questions):
        given = [row.get(question) for row in rows]
        known: dict[Value | None, int] = {value: -1 for value in given if value is None}
        different = [value for value in dict.fromkeys(given) if value is not None]
        known |= {value: code for code, value in enumerate(different)}
        codes[:, place] = [known[value] for value in given]
        values.append(tuple(different))
    return Cohort(questions, tuple(values), codes)

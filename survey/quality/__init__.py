"""What the answers to one questionnaire version say of the questionnaire itself: numbers, never persons."""

from survey.quality.measure import measure
from survey.quality.report import Report
from survey.quality.responses import Response, Responses, gather

__all__ = ["Report", "Response", "Responses", "gather", "measure"]

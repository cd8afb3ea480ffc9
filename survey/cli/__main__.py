"""Run the command line as `python -m survey.cli`."""

from survey.cli import main

main()

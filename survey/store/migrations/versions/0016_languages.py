"""In which language a colleague reads mail, and a class's papers are

Revision: 0016, after 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision; what is there already is in Dutch."""
    for table in ("staff", "sheet"):
        op.add_column(table, sa.Column("language", sa.String(length=8), nullable=False, server_default="nl"))


def downgrade() -> None:
    """Go back to the revision before."""
    for table in ("staff", "sheet"):
        op.drop_column(table, "language")

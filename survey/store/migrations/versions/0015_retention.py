"""Since when a student is known, to count the term of keeping from

Revision: 0015, after 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision; for who is there already the term begins now."""
    op.add_column("student", sa.Column("added_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE student SET added_at = CURRENT_TIMESTAMP")


def downgrade() -> None:
    """Go back to the revision before."""
    op.drop_column("student", "added_at")

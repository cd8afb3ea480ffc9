"""The day until which a version of the document says that the school keeps it

Revision: 0018, after 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision; versions of before go by the school's term as it is, since what they say is sealed."""
    with op.batch_alter_table("review") as table:
        table.add_column(sa.Column("kept_until", sa.Date(), nullable=True))


def downgrade() -> None:
    """Go back to the revision before."""
    with op.batch_alter_table("review") as table:
        table.drop_column("kept_until")

"""What a school chose for itself, and its logo

Revision: 0003, after 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision."""
    with op.batch_alter_table("school") as table:
        table.add_column(sa.Column("settings", sa.Text(), nullable=False, server_default="{}"))
        table.add_column(sa.Column("logo", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Go back to the revision before."""
    with op.batch_alter_table("school") as table:
        table.drop_column("logo")
        table.drop_column("settings")

"""For whom a class's paper is made

Revision: 0017, after 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision; what is there already names a whole class."""
    with op.batch_alter_table("sheet") as table:
        table.add_column(sa.Column("staff_id", sa.String(length=20), nullable=True))
        table.create_foreign_key(op.f("fk_sheet_staff_id_staff"), "staff", ["staff_id"], ["id"])


def downgrade() -> None:
    """Go back to the revision before."""
    with op.batch_alter_table("sheet") as table:
        table.drop_constraint(op.f("fk_sheet_staff_id_staff"), type_="foreignkey")
        table.drop_column("staff_id")

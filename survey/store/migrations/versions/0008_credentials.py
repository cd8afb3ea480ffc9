"""Second proofs, recovery codes, mailed links and kept forms of staff

Revision: 0008, after 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = ("factor", "recovery_code", "account_link", "kept_form")


def columns(name: str) -> tuple[sa.schema.SchemaItem, ...]:
    """Return what a table has of its own, besides whose it is."""
    return {
        "factor": (
            sa.Column("kind", sa.String(length=8), nullable=False),
            sa.Column("credential_index", sa.String(length=64), nullable=True),
            sa.Column("content", sa.LargeBinary(), nullable=False),
            sa.Column("counter", sa.Integer(), nullable=False),
            sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
            sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
            sa.UniqueConstraint("credential_index", name=op.f("uq_factor_credential_index")),
        ),
        "recovery_code": (sa.Column("code_hash", sa.String(length=64), nullable=False),),
        "account_link": (
            sa.Column("token_hash", sa.String(length=64), nullable=False),
            sa.Column("purpose", sa.String(length=8), nullable=False),
            sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
            sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
            sa.UniqueConstraint("token_hash", name=op.f("uq_account_link_token_hash")),
        ),
        "kept_form": (
            sa.Column("content", sa.LargeBinary(), nullable=False),
            sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        ),
    }[name]


def upgrade() -> None:
    """Go to this revision."""
    for name in TABLES:
        op.create_table(
            name,
            sa.Column("id", sa.String(length=20), nullable=False),
            sa.Column("school_id", sa.String(length=20), nullable=False),
            sa.Column("staff_id", sa.String(length=20), nullable=False),
            *columns(name),
            sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f(f"fk_{name}_school_id")),
            sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f(f"fk_{name}_staff_id")),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        )
        op.create_index(op.f(f"ix_{name}_school_id"), name, ["school_id"], unique=False)
        op.create_index(op.f(f"ix_{name}_staff_id"), name, ["staff_id"], unique=False)
    with op.batch_alter_table("staff") as table:
        table.add_column(sa.Column("proof", sa.String(length=8), nullable=False, server_default="second"))
        table.add_column(sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("staff_session") as table:
        table.add_column(sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("device", sa.LargeBinary(), nullable=True))
    with op.batch_alter_table("sign_in_attempt") as table:
        table.add_column(sa.Column("kind", sa.String(length=12), nullable=False, server_default="password"))


def downgrade() -> None:
    """Go back to the revision before."""
    with op.batch_alter_table("sign_in_attempt") as table:
        table.drop_column("kind")
    with op.batch_alter_table("staff_session") as table:
        table.drop_column("device")
        table.drop_column("proved_at")
    with op.batch_alter_table("staff") as table:
        table.drop_column("seen_at")
        table.drop_column("proof")
    for name in reversed(TABLES):
        op.drop_table(name)

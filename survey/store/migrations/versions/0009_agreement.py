"""What the school enters for a document, what was said of it, and its final version

Revision: 0009, after 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

KEY = sa.String(length=20)


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "entry",
        sa.Column("sitting_id", KEY, nullable=False),
        sa.Column("staff_id", KEY, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("school_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_entry_school_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_entry_sitting_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_entry_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
        sa.UniqueConstraint("sitting_id", name=op.f("uq_entry_sitting_id")),
    )
    op.create_index(op.f("ix_entry_school_id"), "entry", ["school_id"], unique=False)
    op.create_table(
        "choice",
        sa.Column("sitting_id", KEY, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("school_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_choice_school_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_choice_sitting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_choice")),
        sa.UniqueConstraint("sitting_id", name=op.f("uq_choice_sitting_id")),
    )
    op.create_index(op.f("ix_choice_school_id"), "choice", ["school_id"], unique=False)
    op.create_table(
        "handover_event",
        sa.Column("sitting_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("stage", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("school_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_handover_event_school_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_handover_event_sitting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_event")),
        sa.UniqueConstraint("sitting_id", "number", name=op.f("uq_handover_event_sitting_id_number")),
    )
    op.create_index(op.f("ix_handover_event_school_id"), "handover_event", ["school_id"], unique=False)
    op.create_index(op.f("ix_handover_event_sitting_id"), "handover_event", ["sitting_id"], unique=False)
    with op.batch_alter_table("sitting") as table:
        table.add_column(sa.Column("stage", sa.String(length=12), nullable=False, server_default="none"))
    with op.batch_alter_table("report") as table:
        table.add_column(sa.Column("kind", sa.String(length=8), nullable=False, server_default="concept"))
        table.drop_constraint(op.f("uq_report_sitting_id_number"), type_="unique")
        table.create_unique_constraint(op.f("uq_report_sitting_id_number_kind"), ["sitting_id", "number", "kind"])


def downgrade() -> None:
    """Go back to the revision before; it knows concepts only, one for each review."""
    op.execute("DELETE FROM report WHERE kind IN ('final', 'copy')")
    with op.batch_alter_table("report") as table:
        table.drop_constraint(op.f("uq_report_sitting_id_number_kind"), type_="unique")
        table.create_unique_constraint(op.f("uq_report_sitting_id_number"), ["sitting_id", "number"])
        table.drop_column("kind")
    with op.batch_alter_table("sitting") as table:
        table.drop_column("stage")
    op.drop_table("handover_event")
    op.drop_table("choice")
    op.drop_table("entry")

"""How rounds ask and remind, papers for the classroom, deputies, and flags that nobody takes up

Revision: 0010, after 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "round_plan",
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("sender_id", sa.String(length=20), nullable=True),
        sa.Column("texts", sa.LargeBinary(), nullable=False),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("remind_days", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("school_id", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_round_plan_round_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_round_plan_school_id")),
        sa.ForeignKeyConstraint(["sender_id"], ["staff.id"], name=op.f("fk_round_plan_sender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_plan")),
        sa.UniqueConstraint("round_id", name=op.f("uq_round_plan_round_id")),
    )
    op.create_index(op.f("ix_round_plan_school_id"), "round_plan", ["school_id"], unique=False)
    op.create_table(
        "delivery",
        sa.Column("invitation_id", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("mail_id", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("school_id", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["invitation_id"], ["invitation.id"], name=op.f("fk_delivery_invitation_id")),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name=op.f("fk_delivery_mail_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_delivery_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("invitation_id", "number", name=op.f("uq_delivery_invitation_id_number")),
    )
    op.create_index(op.f("ix_delivery_mail_id"), "delivery", ["mail_id"], unique=False)
    op.create_index(op.f("ix_delivery_school_id"), "delivery", ["school_id"], unique=False)
    op.create_table(
        "sheet",
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("group_id", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("paper", sa.String(length=2), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("school_id", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["class_group.id"], name=op.f("fk_sheet_group_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_sheet_round_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_sheet_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet")),
    )
    op.create_index(op.f("ix_sheet_school_id"), "sheet", ["school_id"], unique=False)
    op.create_index(op.f("ix_sheet_state"), "sheet", ["state"], unique=False)
    op.create_table(
        "deputy",
        sa.Column("group_id", sa.String(length=20), nullable=False),
        sa.Column("staff_id", sa.String(length=20), nullable=False),
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("school_id", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["class_group.id"], name=op.f("fk_deputy_group_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_deputy_school_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_deputy_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deputy")),
        sa.UniqueConstraint("group_id", name=op.f("uq_deputy_group_id")),
    )
    op.create_index(op.f("ix_deputy_school_id"), "deputy", ["school_id"], unique=False)
    op.create_index(op.f("ix_deputy_staff_id"), "deputy", ["staff_id"], unique=False)
    for name in ("invited_at", "remind_at", "quiet_at"):
        op.add_column("invitation", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column("invitation", sa.Column("reach", sa.String(length=8), nullable=False, server_default=""))
    op.add_column("invitation", sa.Column("reminded", sa.Integer(), nullable=False, server_default="0"))
    op.create_index(op.f("ix_invitation_remind_at"), "invitation", ["remind_at"], unique=False)
    op.add_column("mail", sa.Column("is_bulk", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("mail", sa.Column("problem", sa.String(length=40), nullable=False, server_default=""))
    op.add_column("mail", sa.Column("queued_until", sa.DateTime(timezone=True), nullable=True))
    for name in ("escalate_at", "escalated_at"):
        op.add_column("flag", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_flag_escalate_at"), "flag", ["escalate_at"], unique=False)
    op.execute("UPDATE flag SET escalate_at = due_at")


def downgrade() -> None:
    """Go back to the revision before."""
    op.drop_index(op.f("ix_flag_escalate_at"), table_name="flag")
    for name in ("escalated_at", "escalate_at"):
        op.drop_column("flag", name)
    for name in ("queued_until", "problem", "is_bulk"):
        op.drop_column("mail", name)
    op.drop_index(op.f("ix_invitation_remind_at"), table_name="invitation")
    for name in ("reminded", "reach", "quiet_at", "remind_at", "invited_at"):
        op.drop_column("invitation", name)
    for table in ("deputy", "sheet", "delivery", "round_plan"):
        op.drop_table(table)

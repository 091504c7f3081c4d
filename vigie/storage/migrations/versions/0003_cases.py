"""Incidents as far as telling people goes: what was raised when, and what people answered."""

import sqlalchemy as sa
from alembic import op

from vigie.storage.schema import Moment

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version."""
    op.create_table(
        "cases",
        sa.Column("incident", sa.String(length=80), nullable=False),
        sa.Column(
            "heard",
            Moment(timezone=True),
            nullable=False,
            comment="when its newest step reached the alert role",
        ),
        sa.Column("settled", sa.Boolean(), nullable=False, comment="nothing is left to be told"),
        sa.Column("case", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("incident", name=op.f("pk_cases")),
        comment="incidents as far as telling people goes: newest step, last raise, answers",
    )
    op.create_index("ix_cases_settled", "cases", ["settled", "heard"])


def downgrade() -> None:
    """Go back to the version before."""
    op.drop_index("ix_cases_settled", table_name="cases")
    op.drop_table("cases")

"""What gateways tell of messages they took, and references by which links name a notification."""

import sqlalchemy as sa
from alembic import op

from vigie.storage.schema import Moment

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version."""
    op.create_table(
        "receipts",
        sa.Column("provider_id", sa.String(length=200), nullable=False),
        sa.Column("gateway", sa.String(length=32), nullable=False),
        sa.Column("arrived", sa.Boolean(), nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("provider_id", name=op.f("pk_receipts")),
        comment="what gateways told of messages they took; may come before they say they took it",
    )
    op.add_column(
        "outbox",
        sa.Column(
            "reference",
            sa.String(length=16),
            comment="of its id, for links; none: made before there were",
        ),
    )
    op.create_index("ix_outbox_reference", "outbox", ["reference"])
    op.create_index("ix_outbox_person", "outbox", ["person", "created"])
    op.create_index("ix_outbox_provider_id", "outbox", ["provider_id"])


def downgrade() -> None:
    """Go back to the version before."""
    for name in ("ix_outbox_provider_id", "ix_outbox_person", "ix_outbox_reference"):
        op.drop_index(name, table_name="outbox")
    op.drop_column("outbox", "reference")
    op.drop_table("receipts")

import datetime

import django.db.models.deletion
import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("base", "0001_initial"),
        ("services", "0001_initial"),
        ("work", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="searchterm",
            name="search_term_once",
        ),
        migrations.RemoveIndex(
            model_name="record",
            name="rec_queue",
        ),
        migrations.RemoveIndex(
            model_name="record",
            name="rec_team",
        ),
        migrations.RemoveIndex(
            model_name="record",
            name="rec_assignee",
        ),
        migrations.RemoveIndex(
            model_name="record",
            name="rec_requester",
        ),
        migrations.RemoveIndex(
            model_name="record",
            name="rec_customer",
        ),
        migrations.RemoveIndex(
            model_name="record",
            name="rec_service",
        ),
        migrations.AddField(
            model_name="record",
            name="due",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.comparison.Coalesce(
                    "due_at",
                    models.Value(
                        datetime.datetime(9000, 1, 1, 0, 0, tzinfo=datetime.UTC),
                        output_field=models.DateTimeField(),
                    ),
                ),
                output_field=models.DateTimeField(),
            ),
        ),
        migrations.AddField(
            model_name="record",
            name="ended",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(evidence__in=("closed", "cancelled"), then=models.Value(1)),
                    default=models.Value(0),
                ),
                output_field=models.PositiveSmallIntegerField(),
            ),
        ),
        migrations.AddField(
            model_name="record",
            name="rank",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(evidence="open", then=models.Value(0)),
                    models.When(evidence="waiting", then=models.Value(1)),
                    models.When(evidence="resolved", then=models.Value(2)),
                    default=models.Value(3),
                ),
                output_field=models.PositiveSmallIntegerField(),
            ),
        ),
        migrations.AlterField(
            model_name="record",
            name="agreement",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="records",
                to="services.agreement",
            ),
        ),
        migrations.AlterField(
            model_name="record",
            name="assignee",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="assigned",
                to="base.person",
            ),
        ),
        migrations.AlterField(
            model_name="record",
            name="customer",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="records",
                to="base.customer",
            ),
        ),
        migrations.AlterField(
            model_name="record",
            name="requester",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="requested",
                to="base.person",
            ),
        ),
        migrations.AlterField(
            model_name="record",
            name="service",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="records",
                to="services.service",
            ),
        ),
        migrations.AlterField(
            model_name="record",
            name="team",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="records",
                to="base.team",
            ),
        ),
        migrations.AlterField(
            model_name="searchterm",
            name="record",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="terms",
                to="work.record",
            ),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(fields=["rank", "due", "subject"], name="rec_due"),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(fields=["ended", "-touched_at", "subject"], name="rec_latest"),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                fields=["ended", "priority", "rank", "due", "subject"], name="rec_priority"
            ),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                condition=models.Q(("assignee__isnull", True)),
                fields=["rank", "due", "subject"],
                name="rec_free_due",
            ),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(fields=["ended", "risk_at"], name="rec_risk"),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(fields=["agreement", "-opened_at", "subject"], name="rec_agreement"),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(fields=["team", "rank", "due", "subject"], name="rec_team_due"),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                fields=["assignee", "rank", "due", "subject"], name="rec_assignee_due"
            ),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                fields=["service", "rank", "due", "subject"], name="rec_service_due"
            ),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                fields=["customer", "rank", "due", "subject"], name="rec_customer_due"
            ),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                fields=["team", "ended", "-touched_at", "subject"], name="rec_team_latest"
            ),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                fields=["assignee", "ended", "-touched_at", "subject"], name="rec_assignee_latest"
            ),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                fields=["service", "ended", "-touched_at", "subject"], name="rec_service_latest"
            ),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                fields=["customer", "ended", "-touched_at", "subject"], name="rec_customer_latest"
            ),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                fields=["requester", "ended", "-touched_at", "subject"], name="rec_requester_latest"
            ),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                fields=["kind", "ended", "-touched_at", "subject"], name="rec_kind_latest"
            ),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                fields=["priority", "ended", "-touched_at", "subject"], name="rec_priority_latest"
            ),
        ),
        migrations.AddIndex(
            model_name="searchterm",
            index=models.Index(fields=["term", "-id"], name="search_term_latest"),
        ),
        migrations.AddConstraint(
            model_name="searchterm",
            constraint=models.UniqueConstraint(fields=("record", "term"), name="search_term_once"),
        ),
    ]

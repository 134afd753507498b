import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("base", "0001_initial"),
        ("services", "0001_initial"),
        ("work", "0002_lists_by_index"),
    ]

    operations = [
        migrations.CreateModel(
            name="Presence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seen_at", models.DateTimeField(db_index=True)),
                ("writing", models.BooleanField(default=False)),
            ],
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(fields=["kind", "rank", "due", "subject"], name="rec_kind_due"),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                fields=["priority", "rank", "due", "subject"], name="rec_priority_due"
            ),
        ),
        migrations.AddField(
            model_name="presence",
            name="person",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="base.person",
            ),
        ),
        migrations.AddField(
            model_name="presence",
            name="record",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="work.record",
            ),
        ),
        migrations.AddConstraint(
            model_name="presence",
            constraint=models.UniqueConstraint(fields=("record", "person"), name="presence_once"),
        ),
    ]

from django.db import migrations

from trueup.desk.eventlog.guards import triggers


def set_up(apps, schema_editor):
    for statement in triggers(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("eventlog", "0001_initial")]

    operations = [migrations.RunPython(set_up)]
